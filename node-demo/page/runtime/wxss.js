// WXSS as CSS: rpx become lengths of this screen, names of components the elements that stand for them.

const RPX = /(-?\d+(?:\.\d+)?)rpx\b/g;
const ELEMENTS = /(^|[\s>+~,(])(view|text|image|scroll-view|navigator)(?![\w-])/g;
const PAGE = /(^|[\s>+~,(])page(?![\w-])/g;

/**
 * 750rpx are the width of the screen; `--rpx` is what one of them measures.
 *
 * @param {string} source
 * @returns {CSSStyleSheet}
 */
export function compileWxss(source) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(translate(source));
  return sheet;
}

/** @param {string} source */
export function translate(source) {
  return source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(RPX, 'calc($1 * var(--rpx))')
    .replace(/[^{}]+(?=\{)/g, (selector) =>
      selector.trim().startsWith('@')
        ? selector
        : selector.replace(PAGE, '$1wx-page').replace(ELEMENTS, '$1wx-$2'),
    );
}
