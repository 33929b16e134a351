import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** One of a few, side by side. */
export function Choice<T extends string>({
  legend,
  options,
  chosen,
  choose,
  areLanguages = false,
}: {
  legend: string;
  options: readonly (readonly [T, string])[];
  chosen: T;
  choose(value: T): void;
  /** Each option is named in the language that it stands for. */
  areLanguages?: boolean;
}) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      <div class="segments">
        {options.map(([value, words]) => (
          <label key={value} lang={areLanguages ? value : undefined}>
            <input
              class="segment-box"
              type="radio"
              name={name}
              checked={value === chosen}
              onChange={() => choose(value)}
            />
            <span>{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Something that is on or off. */
export function Switch({
  label,
  isOn,
  change,
  isDisabled = false,
  children,
}: {
  label: string;
  isOn: boolean;
  change(isOn: boolean): void;
  isDisabled?: boolean;
  children?: ComponentChildren;
}) {
  const id = useId();
  return (
    <label class="switch">
      <span>
        <span id={id}>{label}</span>
        {children !== undefined && <small id={`${id}-help`}>{children}</small>}
      </span>
      <input
        class="switch-box"
        type="checkbox"
        role="switch"
        checked={isOn}
        aria-checked={isOn}
        disabled={isDisabled}
        aria-labelledby={id}
        aria-describedby={children === undefined ? undefined : `${id}-help`}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    </label>
  );
}
