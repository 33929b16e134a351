import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { proposeUsername } from "../account/username";
import { Refused } from "../sync/errors";
import { hasText, type TextKey, text } from "../texts";
import { wordsFor, wordsForCode } from "../texts/errors";
import { Icon } from "./icon";

/** What is wrong with a form: by field, or as a whole. */
interface Problems {
  fields: Record<string, string>;
  whole: string | null;
}

const NONE: Problems = { fields: {}, whole: null };
/** As the service has it. */
const SHORTEST_PASSWORD = 8;
/** Codes that are about one field. */
const FIELD_OF: Record<string, readonly string[]> = {
  password_guessable: ["new_password", "password"],
  wrong_password: ["old_password", "password"],
  code_invalid: ["code"],
};

type FormOf<Name extends string> = ReturnType<typeof useForm<Name>>;
/** A form of any names. */
export type AnyForm = FormOf<string>;

/**
 * A form that is sent once at a time, and tells beside each field what is wrong with it. `work` raises what failed;
 * `initial` names the fields with their first values, of which those in `needed` may not be empty.
 */
export function useForm<Name extends string>(
  initial: Record<Name, string>,
  needed: readonly NoInfer<Name>[],
  work: (values: Record<Name, string>) => Promise<void>,
) {
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState(initial);
  const [isBusy, setBusy] = useState(false);
  const [problems, setProblems] = useState(NONE);
  const tell = (found: Problems) => {
    setProblems(found);
    setBusy(false);
  };
  useLayoutEffect(() => {
    if (problems !== NONE) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [problems]);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (isBusy) return;
    const empty = needed.filter((name) => values[name].trim() === "");
    if (empty.length > 0) {
      tell({ fields: Object.fromEntries(empty.map((name) => [name, text("account.needs")])), whole: null });
      return;
    }
    setBusy(true);
    setProblems(NONE);
    try {
      await work(values);
      setBusy(false);
    } catch (error) {
      tell(problemsOf(error, values, wordsFor(error)));
    }
  };
  return {
    form,
    needed,
    values,
    isBusy,
    problems,
    submit,
    set(name: Name, value: string) {
      setValues((before) => ({ ...before, [name]: value }));
    },
    clear() {
      setValues(initial);
    },
  };
}

function problemsOf(error: unknown, values: Partial<Record<string, string>>, words: string): Problems {
  const names = Object.keys(values);
  if (error instanceof Refused) {
    if (error.code === "username_taken" && values.username !== undefined) {
      const example = proposeUsername(values.username).replace(/\d*$/, (number) => String(Number(number || 11) + 1));
      return { fields: { username: wordsForCode(error.code, { example }) }, whole: null };
    }
    const one = FIELD_OF[error.code]?.find((name) => names.includes(name));
    if (one !== undefined) return { fields: { [one]: words }, whole: null };
    const faulty = error.fields.filter((name) => names.includes(name));
    if (faulty.length > 0) {
      return {
        fields: Object.fromEntries(faulty.map((name) => [name, wordsForField(name, values[name] ?? "")])),
        whole: null,
      };
    }
  }
  return { fields: {}, whole: words };
}

function wordsForField(name: string, value: string): string {
  const field = name.replace(/^(new|old)_/, "").replace("full_name", "name");
  const isShort = field === "password" && value.length < SHORTEST_PASSWORD;
  const key = `refused.field.${field}${isShort ? ".short" : ""}`;
  return text(hasText(key) ? key : ("refused.invalid" as TextKey));
}

/** The form of `useForm`: its fields, what is wrong as a whole, and the button that sends it. */
export function Form({
  form,
  action,
  isDanger = false,
  children,
}: {
  form: AnyForm;
  action: string;
  isDanger?: boolean;
  children: ComponentChildren;
}) {
  return (
    <form ref={form.form} class="form" onSubmit={form.submit} noValidate>
      {children}
      {form.problems.whole !== null && (
        <p role="alert" class="problem">
          {form.problems.whole}
        </p>
      )}
      <button type="submit" class={isDanger ? "button danger" : "button"} aria-busy={form.isBusy}>
        {form.isBusy ? text("shell.loading") : action}
      </button>
    </form>
  );
}

/** A labelled text field with its help and what is wrong with it. A password can be looked at. */
export function Field<Name extends string>({
  name,
  label,
  form,
  change,
  help,
  type = "text",
  autoComplete = "off",
}: {
  name: NoInfer<Name>;
  label: string;
  form: FormOf<Name>;
  /** What else to do when it is typed into. */
  change?(value: string): void;
  help?: string;
  type?: "text" | "password";
  autoComplete?: string;
}) {
  const id = useId();
  const [isShown, setShown] = useState(false);
  const problem = form.problems.fields[name];
  const told = problem !== undefined ? `${id}-problem` : help !== undefined ? `${id}-help` : undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="entry">
        <input
          class="entry-text"
          id={id}
          name={name}
          {...({ type: isShown ? "text" : type } as { type: "text" })}
          value={form.values[name]}
          onInput={({ currentTarget: { value } }) => {
            form.set(name, value);
            change?.(value);
          }}
          autoComplete={autoComplete}
          autoCapitalize={name === "name" ? "words" : "none"}
          spellcheck={false}
          aria-required={form.needed.includes(name)}
          aria-invalid={problem !== undefined}
          aria-describedby={told}
        />
        {type === "password" && (
          <button
            type="button"
            class="button plain look"
            aria-label={text(isShown ? "account.hide" : "account.show")}
            onClick={() => setShown(!isShown)}
          >
            <Icon name={isShown ? "hidden" : "eye"} />
          </button>
        )}
      </div>
      {problem !== undefined && (
        <p id={`${id}-problem`} class="problem-here">
          <Icon name="wrong" /> {problem}
        </p>
      )}
      {help !== undefined && problem === undefined && (
        <p id={`${id}-help`} class="help">
          {help}
        </p>
      )}
    </div>
  );
}
