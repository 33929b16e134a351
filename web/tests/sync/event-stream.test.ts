import { expect, test } from "vitest";
import { EventReader, type ServerEvent } from "../../src/sync/event-stream";
import { seeded } from "../random";

const bytes = (text: string) => new TextEncoder().encode(text);

function readIn(chunks: Iterable<Uint8Array>): ServerEvent[] {
  const reader = new EventReader();
  return [...chunks].flatMap((chunk) => reader.read(chunk));
}

test("events have name, id and data, and comments are none", () => {
  const stream = ': heartbeat\n\nevent: board\nid: 7\ndata: {"a": 1}\n\nevent: end\ndata: {}\n\n';
  expect(readIn([bytes(stream)])).toEqual([
    { name: "board", id: "7", data: '{"a": 1}' },
    { name: "end", id: "7", data: "{}" },
  ]);
});

test("several lines of data are one text, and an event that has not ended is none", () => {
  expect(readIn([bytes("data: one\ndata:two\ndata\n\ndata: cut off\n")])).toEqual([
    { name: "message", id: null, data: "one\ntwo\n" },
  ]);
});

test("an event without data is none, and its name does not pass to the next", () => {
  expect(readIn([bytes("event: board\nid: 3\n\ndata: x\n\n")])).toEqual([{ name: "message", id: "3", data: "x" }]);
});

const PIECES = [
  ": heartbeat",
  ":",
  "event: board",
  "event:stale",
  'data: {"name": "Siti Rahmá 🌱"}',
  "data:  two blanks: and a colon",
  "data",
  "id: 1790000000000000",
  "id",
  "retry: 60000",
  "unknown: field",
  "",
  "",
  "",
];

test("however a stream is cut and its lines end, the events are the same", () => {
  for (let seed = 1; seed <= 500; seed++) {
    const random = seeded(seed);
    const below = (limit: number) => Math.floor(random() * limit);
    const lines = Array.from({ length: 30 }, () => PIECES[below(PIECES.length)] as string);
    const expected = readIn([bytes(`${lines.join("\n")}\n`)]);
    const end = ["\n", "\r", "\r\n"][below(3)];
    const stream = bytes(lines.map((line) => line + end).join(""));
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < stream.length; ) {
      const size = below(4) === 0 ? 0 : 1 + below(below(2) === 0 ? 2 : 40); // an empty one now and then
      chunks.push(stream.subarray(at, at + size));
      at += size;
    }
    expect(readIn(chunks), `seed ${seed}`).toEqual(expected);
  }
});
