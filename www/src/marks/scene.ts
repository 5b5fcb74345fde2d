/** A drawing as plain data: computed by pure functions, drawn into the page or written to a file. */
import { noChange } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

/** A colour of the theme by name, or one of its own. */
export type Ink = 'ink' | 'soft' | 'line' | 'edge' | 'accent' | 'paper' | 'panel' | 'warn' | `#${string}`;
export type Point = readonly [x: number, y: number];

interface Stroke {
  readonly stroke?: Ink;
  readonly width?: number;
  readonly dash?: string;
  readonly opacity?: number;
}

export type Mark =
  | ({ readonly kind: 'line'; readonly from: Point; readonly to: Point } & Stroke)
  | ({ readonly kind: 'path'; readonly d: string; readonly fill?: Ink } & Stroke)
  | ({ readonly kind: 'dot'; readonly at: Point; readonly r: number; readonly fill?: Ink } & Stroke)
  | ({ readonly kind: 'box'; readonly at: Point; readonly size: Point; readonly fill?: Ink; readonly round?: number } & Stroke)
  | {
      readonly kind: 'words'; readonly at: Point; readonly text: string; readonly fill?: Ink; readonly size?: number; readonly weight?: number;
      readonly anchor?: 'start' | 'middle' | 'end'; readonly turn?: number;
    };

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Mark[];
}

/** The light theme, for files. */
const LIGHT: Readonly<Record<string, string>> = {
  ink: '#1b1e23', soft: '#555c66', line: '#dadee4', edge: '#858d98', accent: '#0a56a8', paper: '#ffffff', panel: '#f5f6f8', warn: '#9a2f00',
};

const inPage = (ink: Ink): string => (ink.startsWith('#') ? ink : `var(--${ink})`);
const inFile = (ink: Ink): string => LIGHT[ink] ?? ink;

type Attributes = Record<string, string>;

const number = (value: number): string => String(Math.round(value * 100) / 100);

/** The SVG element of a mark: its name, its attributes and its text. */
function element(mark: Mark, colour: (ink: Ink) => string): [tag: string, attributes: Attributes, text: string] {
  if (mark.kind === 'words') {
    const { at: [x, y], text, fill = 'ink', size = 12, weight = 400, anchor = 'start', turn } = mark;
    return ['text', {
      x: number(x), y: number(y), fill: colour(fill), 'font-size': number(size), 'font-weight': String(weight), 'text-anchor': anchor,
      ...(turn !== undefined && { transform: `rotate(${number(turn)} ${number(x)} ${number(y)})` }),
    }, text];
  }
  const { stroke, width = 1, dash, opacity } = mark;
  const line: Attributes = {
    ...(stroke ? { stroke: colour(stroke), 'stroke-width': number(width) } : {}),
    ...(dash ? { 'stroke-dasharray': dash } : {}),
    ...(opacity !== undefined ? { opacity: number(opacity) } : {}),
  };
  switch (mark.kind) {
    case 'line':
      return ['line', { x1: number(mark.from[0]), y1: number(mark.from[1]), x2: number(mark.to[0]), y2: number(mark.to[1]), 'stroke-linecap': 'round', ...line }, ''];
    case 'path':
      return ['path', { d: mark.d, fill: mark.fill ? colour(mark.fill) : 'none', 'stroke-linejoin': 'round', ...line }, ''];
    case 'dot':
      return ['circle', { cx: number(mark.at[0]), cy: number(mark.at[1]), r: number(mark.r), fill: mark.fill ? colour(mark.fill) : 'none', ...line }, ''];
    case 'box':
      return ['rect', {
        x: number(mark.at[0]), y: number(mark.at[1]), width: number(Math.max(0, mark.size[0])), height: number(Math.max(0, mark.size[1])),
        rx: number(mark.round ?? 0), fill: mark.fill ? colour(mark.fill) : 'none', ...line,
      }, ''];
  }
}

const SVG = 'http://www.w3.org/2000/svg';

/** Draws into an SVG element; what stood there is changed, not replaced, so that thirty pictures a second cost little. */
export function draw(svg: SVGSVGElement, { width, height, marks }: Scene): void {
  svg.setAttribute('viewBox', `0 0 ${number(width)} ${number(height)}`);
  marks.forEach((mark, index) => {
    const [tag, attributes, text] = element(mark, inPage);
    let node = svg.children[index];
    if (node?.localName !== tag) {
      const fresh = document.createElementNS(SVG, tag);
      if (node) node.replaceWith(fresh);
      else svg.append(fresh);
      node = fresh;
    }
    for (const name of node.getAttributeNames()) if (!(name in attributes)) node.removeAttribute(name);
    for (const [name, value] of Object.entries(attributes)) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
    if (node.textContent !== text) node.textContent = text;
  });
  while (svg.children.length > marks.length) svg.lastElementChild?.remove();
}

class SceneDirective extends Directive {
  #drawn: Scene | null = null;

  render(_scene: Scene): unknown {
    return noChange;
  }

  override update(part: ElementPart, [scene]: [Scene]): unknown {
    if (scene !== this.#drawn) draw(part.element as SVGSVGElement, scene);
    this.#drawn = scene;
    return noChange;
  }
}

/** `<svg ${scene(…)}></svg>` */
export const scene = directive(SceneDirective);

/** Characters that XML cannot hold are replaced, the others that it reserves are escaped. */
export const escapeXml = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, '\ufffd')
    .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** The marks as text of an SVG file. */
export const written = (marks: readonly Mark[]): string =>
  marks.map((mark) => {
    const [tag, attributes, text] = element(mark, inFile);
    return `<${tag} ${Object.entries(attributes).map(([name, value]) => `${name}="${escapeXml(value)}"`).join(' ')}>${escapeXml(text)}</${tag}>`;
  }).join('\n');

/** The same marks at another place. */
export const moved = (marks: readonly Mark[], x: number, y: number): string => `<g transform="translate(${number(x)} ${number(y)})">${written(marks)}</g>`;
