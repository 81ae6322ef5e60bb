// Drawings, as SVG text. All of it is constant; nothing from outside ever enters.

const LEAF =
  '<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M27 4C13 4 5 10 5 19c0 3 1 6 3 8 1-8 6-13 13-16-5 4-9 9-10 17 10 2 17-6 16-24z" fill="currentColor"/></svg>';

/**
 * A tea tin with a label.
 *
 * @param {{ back: string, tin: string, lid: string, mark: string }} colours
 * @param {string} motif
 */
function tin({ back, tin: body, lid, mark }, motif) {
  return `<svg viewBox="0 0 320 220" aria-hidden="true" preserveAspectRatio="xMidYMid slice">
    <rect width="320" height="220" fill="${back}"/>
    <circle cx="252" cy="52" r="26" fill="#fff" opacity=".5"/>
    <path d="M0 172c46-40 92-44 150-22s110 16 170-18v88H0z" fill="#fff" opacity=".32"/>
    <ellipse cx="160" cy="194" rx="74" ry="9" fill="#000" opacity=".08"/>
    <rect x="106" y="72" width="108" height="120" rx="10" fill="${body}"/>
    <rect x="100" y="56" width="120" height="24" rx="7" fill="${lid}"/>
    <rect x="106" y="80" width="108" height="6" fill="#000" opacity=".1"/>
    <rect x="126" y="102" width="68" height="68" rx="34" fill="#fffdf6"/>
    <g fill="none" stroke="${mark}" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round">${motif}</g>
  </svg>`;
}

const SPRIG =
  '<path d="M160 158v-36M160 140c-9-1-14-7-15-15 9 0 14 6 15 15zM160 132c9-1 14-7 15-15-9 0-14 6-15 15z"/>';
const MOUNTAIN = '<path d="M138 152l15-24 9 13 7-9 14 20zM150 116h20"/>';
const NEEDLES = '<path d="M146 154l10-38M156 156l6-42M167 155l3-38M176 152l-1-30"/>';
const CUP =
  '<path d="M143 132h34v8c0 9-7 15-17 15s-17-6-17-15zM177 135h5c5 0 5 10-2 11h-5M152 124c-3-4 3-6 0-10M163 124c-3-4 3-6 0-10"/>';

/** @type {Record<string, string>} */
const PRODUCTS = {
  'longjing-50g': tin({ back: '#dfe9d6', tin: '#5b8c5a', lid: '#3f6b45', mark: '#3f6b45' }, SPRIG),
  'dahongpao-80g': tin(
    { back: '#f1ddd0', tin: '#a8503a', lid: '#7c3526', mark: '#7c3526' },
    MOUNTAIN,
  ),
  'baihao-yinzhen-30g': tin(
    { back: '#e4e6ea', tin: '#8d99a8', lid: '#687485', mark: '#5b6675' },
    NEEDLES,
  ),
  sample: tin({ back: '#f4e9c8', tin: '#d0a445', lid: '#a87f2a', mark: '#8a671d' }, CUP),
};

export const ART = {
  leaf: LEAF,
  check:
    '<svg viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="30" fill="#07c160"/><path d="M19 33l9 9 18-19" fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/></svg>',
  clock:
    '<svg viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="28" fill="none" stroke="#c9b98a" stroke-width="5"/><path d="M32 16v17l11 7" fill="none" stroke="#c9b98a" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/></svg>',
  fingerprint:
    '<svg viewBox="0 0 48 48" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="round"><path d="M12 12c3-4 7-6 12-6s10 3 13 7M8 24c0-9 7-15 16-15s16 7 16 16c0 3 0 6-1 9M14 36c-1-4-1-8-1-12 0-6 5-11 11-11s11 5 11 12c0 5-1 10-3 15M19 41c-1-5-2-11-2-16 0-4 3-8 7-8s7 3 7 8c0 6-1 12-3 17M24 43c0-6 0-12 0-18"/></svg>',
  cross:
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"/></svg>',
};

/** @param {string} productId */
export function productArt(productId) {
  return PRODUCTS[productId] ?? ART.leaf;
}
