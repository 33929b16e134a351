/** Server-sent events out of the chunks in which they arrive, cut anywhere. */

export interface ServerEvent {
  name: string;
  /** The last `id` that was sent, by this event or an earlier one. */
  id: string | null;
  data: string;
}

export class EventReader {
  private readonly decoder = new TextDecoder();
  /** Of a line whose end has not arrived. */
  private begun = "";
  private endedWithReturn = false;
  private name = "";
  private id: string | null = null;
  private data: string[] = [];

  /** The events that this chunk completes. Comments give none. */
  read(chunk: Uint8Array): ServerEvent[] {
    let text = this.decoder.decode(chunk, { stream: true });
    if (text === "") return [];
    if (this.endedWithReturn && text.startsWith("\n")) text = text.slice(1); // the second half of a line's end
    this.endedWithReturn = text === "" ? false : text.endsWith("\r");
    const lines = (this.begun + text).split(/\r\n|\r|\n/);
    this.begun = lines.pop() ?? "";
    return lines.flatMap((line) => this.take(line) ?? []);
  }

  private take(line: string): ServerEvent | null {
    if (line === "") return this.dispatch();
    const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "event") this.name = value ?? "";
    else if (field === "data") this.data.push(value ?? "");
    else if (field === "id" && !value?.includes("\0")) this.id = value ?? "";
    return null;
  }

  private dispatch(): ServerEvent | null {
    const { name, id, data } = this;
    this.name = "";
    this.data = [];
    return data.length === 0 ? null : { name: name || "message", id, data: data.join("\n") };
  }
}
