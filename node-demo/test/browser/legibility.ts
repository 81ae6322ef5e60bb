// What cannot be read on a page: text with too little contrast, text in too small a size, text that is cut off.

import type { Page } from 'playwright-core';

/** WCAG 2.2, AA: 4.5, and 3 for large text. White on the green of WeChat's buttons is WeChat's own. */
const WECHAT_GREEN = 'rgb(7, 193, 96)';

/** One line per complaint. A row of the protocol may end in an ellipsis: opened, it says all. */
export function illegible(page: Page): Promise<string[]> {
  return page.evaluate((green) => {
    type Colour = [red: number, green: number, blue: number, alpha: number];
    const parse = (text: string): Colour => {
      const scale = text.startsWith('color(srgb') ? 255 : 1;
      const [r = 0, g = 0, b = 0, alpha = 1] = (text.match(/[\d.]+(?![a-z(])/g) ?? []).map(Number);
      return [r * scale, g * scale, b * scale, alpha];
    };
    const over = (front: Colour, back: Colour): Colour => {
      const mix = (at: 0 | 1 | 2): number => front[at] * front[3] + back[at] * (1 - front[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const luminance = (colour: Colour): number => {
      const linear = (value: number): number =>
        value <= 10.31 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4;
      return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
    };
    const ancestors = (element: Element): Element[] =>
      element.parentElement === null ? [element] : [element, ...ancestors(element.parentElement)];
    const background = (element: Element): Colour | undefined => {
      const layers: Colour[] = [];
      for (const one of ancestors(element)) {
        const style = getComputedStyle(one);
        if (style.backgroundImage !== 'none' || style.backgroundColor === green) return undefined;
        layers.unshift(parse(style.backgroundColor));
        if (layers[0]?.[3] === 1) break;
      }
      return layers.reduce((back, front) => over(front, back), [255, 255, 255, 1] as Colour);
    };

    const complaints = new Set<string>();
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      const text = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      const words = text.map((node) => node.textContent ?? '').join('').trim();
      if (words === '' || !element.checkVisibility() || element.closest('[disabled]')) continue;
      const style = getComputedStyle(element);
      const size = parseFloat(style.fontSize);
      const name = `${element.className || element.tagName} "${words.slice(0, 30)}"`;
      if (size < 11) complaints.add(`${size}px: ${name}`);
      const cut = element.scrollWidth > element.clientWidth + 1 && style.overflowX === 'hidden';
      if (cut && !element.classList.contains('row-label')) complaints.add(`cut: ${name}`);
      const back = background(element);
      if (back === undefined) continue;
      const shades = [luminance(over(parse(style.color), back)), luminance(back)];
      const contrast = (Math.max(...shades) + 0.05) / (Math.min(...shades) + 0.05);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (contrast < (large ? 3 : 4.5)) complaints.add(`${contrast.toFixed(2)}: ${name}`);
    }
    if (document.documentElement.scrollWidth > innerWidth) complaints.add('wider than the window');
    return [...complaints];
  }, WECHAT_GREEN);
}
