import { Icon, type IconName } from "./icon";

/** A round button that shows a picture alone; ears get its name. */
export function IconButton({
  name,
  icon,
  press,
  look = "plain",
  isOff,
}: {
  name: string;
  icon: IconName;
  press(): void;
  look?: "plain" | "soft";
  isOff?: boolean;
}) {
  return (
    <button type="button" class={`button ${look} round`} aria-label={name} aria-disabled={isOff} onClick={press}>
      <Icon name={icon} />
    </button>
  );
}
