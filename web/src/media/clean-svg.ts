/**
 * A drawing from the network becomes part of the page only piece by piece: what is not on these lists is left out,
 * though the service has checked it. Nothing on them can run, load or link.
 */

const NAMESPACE = "http://www.w3.org/2000/svg";
const ELEMENTS = new Set(
  "svg g path circle ellipse rect line polyline polygon text tspan defs clipPath linearGradient radialGradient stop".split(
    " ",
  ),
);
const ATTRIBUTES = new Set(
  `cx cy d dx dy fx fy height offset pathLength points preserveAspectRatio r rotate rx ry textLength transform viewBox
  width x x1 x2 y y1 y2 clipPathUnits gradientTransform gradientUnits spreadMethod
  clip-path clip-rule color dominant-baseline fill fill-opacity fill-rule font-family font-size font-style
  font-weight letter-spacing opacity paint-order stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset
  stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor vector-effect
  data-step data-until`.split(/\s+/),
);
/** What the app's themes colour. */
const CLASSES = new Set(["rope-a", "rope-b", "wood", "accent", "paper", "water"]);
const REFERENCE = /^url\(#([A-Za-z][\w-]*)\)$/;

let drawings = 0;

/** The drawing as a new element for this page; null: it is none. */
export function cleanSvg(source: string): SVGSVGElement | null {
  const root = new DOMParser().parseFromString(source, "image/svg+xml").documentElement;
  if (root.namespaceURI !== NAMESPACE || root.localName !== "svg") return null;
  const clean = copy(root, `drawing-${++drawings}-`) as SVGSVGElement;
  clean.setAttribute("aria-hidden", "true");
  clean.removeAttribute("width");
  clean.removeAttribute("height");
  return clean;
}

/** Ids get a prefix, so that two drawings on one page do not meddle with each other. */
function copy(from: Element, prefix: string): Element {
  const to = document.createElementNS(NAMESPACE, from.localName);
  for (const { name, value } of from.attributes) {
    const safe = safeValue(name, value, prefix);
    if (safe !== null) to.setAttribute(name, safe);
  }
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) to.append(child.nodeValue ?? "");
    else if (child instanceof Element && child.namespaceURI === NAMESPACE && ELEMENTS.has(child.localName)) {
      to.append(copy(child, prefix));
    }
  }
  return to;
}

function safeValue(name: string, value: string, prefix: string): string | null {
  if (name === "id") return prefix + value;
  if (name === "class") {
    return value
      .split(/\s+/)
      .filter((each) => CLASSES.has(each))
      .join(" ");
  }
  if (!ATTRIBUTES.has(name)) return null;
  if (!/url\s*\(/i.test(value)) return value;
  const id = REFERENCE.exec(value)?.[1];
  return id === undefined ? null : `url(#${prefix}${id})`;
}
