/** The few lines of DOM making that the page needs. */

type Properties<K extends keyof HTMLElementTagNameMap> = Partial<Omit<HTMLElementTagNameMap[K], "attributes">>;

/** @param properties of the element; attributes that have no property of their own go into `attributes`. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  { attributes, ...properties }: Properties<K> & { attributes?: Record<string, string> } = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  Object.assign(node, properties);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** Shows `stream` in `media`, and does nothing when it already does: setting it again would make the picture blink. */
export function show(media: HTMLMediaElement, stream: MediaStream | null): void {
  if (media.srcObject !== stream) {
    media.srcObject = stream;
  }
}

const PATHS = {
  mic: "M12 15a3.500 3.500 0 0 0 3.500-3.500v-5a3.500 3.500 0 0 0-7 0v5A3.500 3.500 0 0 0 12 15ZM5.500 11a.9.9 0 0 0-.9.9 7.400 7.400 0 0 0 6.500 7.300v1.900a.9.9 0 0 0 1.800 0v-1.900a7.400 7.400 0 0 0 6.500-7.300.9.9 0 1 0-1.800 0 5.600 5.600 0 0 1-11.200 0 .9.9 0 0 0-.9-.9Z",
  camera:
    "M5 6h8.500A2.500 2.500 0 0 1 16 8.500v7a2.500 2.500 0 0 1-2.500 2.500H5a2.500 2.500 0 0 1-2.500-2.500v-7A2.500 2.500 0 0 1 5 6Zm12.500 4.300 3-2.300c.6-.5 1.500 0 1.500.8v6.400c0 .8-.9 1.300-1.500.8l-3-2.300Z",
  screen:
    "M4.500 4h15A2.500 2.500 0 0 1 22 6.500v8a2.500 2.500 0 0 1-2.500 2.500h-15A2.500 2.500 0 0 1 2 14.500v-8A2.500 2.500 0 0 1 4.500 4Zm3.600 15.200h7.800a.9.9 0 0 1 0 1.800H8.100a.9.9 0 0 1 0-1.800ZM12.600 7.300a.9.9 0 0 0-1.200 0L8.800 9.900a.9.9 0 0 0 1.200 1.200l1.100-1v3a.9.9 0 0 0 1.800 0v-3l1.100 1a.9.9 0 0 0 1.200-1.200Z",
  hand: "M11 2.500a1.400 1.400 0 0 1 1.400 1.400v5.600h.6V5a1.400 1.400 0 0 1 2.800 0v5.500h.6V7a1.400 1.400 0 0 1 2.800 0v7.300c0 4.200-2.800 7.200-6.800 7.200-2.900 0-4.700-1.300-6.200-4l-2.500-4.600c-.4-.7-.2-1.600.5-2 .7-.4 1.500-.2 2 .4l1.800 2.200V5a1.400 1.400 0 0 1 2.800 0v4.500h.6V3.900c0-.8-.2-1.400.6-1.400Z",
  stats:
    "M5 13.500a1.200 1.200 0 0 1 1.200 1.200v4.600a1.200 1.200 0 0 1-2.400 0v-4.600A1.200 1.200 0 0 1 5 13.500Zm7-9.500a1.200 1.200 0 0 1 1.200 1.200v14.100a1.200 1.200 0 0 1-2.400 0V5.200A1.200 1.200 0 0 1 12 4Zm7 5a1.200 1.200 0 0 1 1.200 1.200v9.100a1.200 1.200 0 0 1-2.400 0v-9.100A1.200 1.200 0 0 1 19 9Z",
  leave:
    "M12 8.500c3.600 0 6.800 1.200 9 3.200.9.800 1 2.200.3 3.200l-.9 1.200c-.6.8-1.700 1.100-2.700.7l-2.300-.9a2 2 0 0 1-1.300-2l.1-1.300a11.600 11.600 0 0 0-4.400 0l.1 1.300a2 2 0 0 1-1.300 2l-2.300.9c-1 .4-2.100.1-2.700-.7l-.9-1.200c-.7-1-.6-2.400.3-3.200 2.200-2 5.400-3.200 9-3.200Z",
  link: "M10.600 13.400a.9.900 0 0 1-1.300 0 4.700 4.700 0 0 1 0-6.600l2.900-2.900a4.700 4.700 0 0 1 6.600 6.600l-1.500 1.500a.9.900 0 1 1-1.300-1.300l1.500-1.500a2.900 2.900 0 0 0-4-4l-2.900 2.900a2.900 2.900 0 0 0 0 4 .9.9 0 0 1 0 1.300Zm2.800-2.800a.9.9 0 0 1 1.300 0 4.700 4.700 0 0 1 0 6.600l-2.900 2.900a4.700 4.700 0 0 1-6.600-6.600l1.500-1.500A.9.9 0 1 1 8 13.300l-1.500 1.500a2.900 2.900 0 0 0 4 4l2.900-2.900a2.900 2.900 0 0 0 0-4 .9.9 0 0 1 0-1.300Z",
  close:
    "M6.300 6.300a1 1 0 0 1 1.400 0L12 10.600l4.300-4.300a1 1 0 1 1 1.400 1.400L13.400 12l4.300 4.300a1 1 0 0 1-1.400 1.400L12 13.400l-4.300 4.300a1 1 0 0 1-1.400-1.400l4.300-4.300-4.300-4.300a1 1 0 0 1 0-1.400Z",
} as const;

export type IconName = keyof typeof PATHS;

/** An icon. It also holds the stroke that says "off", which the style sheet shows when it is. */
export function icon(name: IconName): SVGSVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", PATHS[name]);
  const stroke = document.createElementNS(namespace, "path");
  stroke.setAttribute("d", "M4 4 20 20");
  stroke.classList.add("off-stroke");
  svg.append(path, stroke);
  return svg;
}
