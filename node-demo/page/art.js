// Drawings, as SVG text. All of it is constant; nothing from outside ever enters.

const line = (/** @type {string} */ path, width = 2) =>
  `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round">${path}</svg>`;

export const ART = {
  back: line('<path d="M15 5l-7 7 7 7"/>', 2.2),
  cross: line('<path d="M6 6l12 12M18 6L6 18"/>'),
  chevron: line('<path d="M9 6l6 6-6 6"/>'),
  check: line('<path d="M5 12.5l4.5 4.5L19 7.5"/>', 2.6),
  bolt: '<svg viewBox="0 0 24 24" fill="currentColor"><path d="M13.5 2L5 13.5h5.5L9.5 22 19 10h-6z"/></svg>',
  more: '<svg viewBox="0 0 24 24" fill="currentColor"><circle cx="5" cy="12" r="2"/><circle cx="12" cy="12" r="2.8"/><circle cx="19" cy="12" r="2"/></svg>',
  ring: '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.4"><circle cx="12" cy="12" r="8.5"/><circle cx="12" cy="12" r="2.6" fill="currentColor" stroke="none"/></svg>',
  backspace: line('<path d="M9 5h11v14H9l-6-7zM12 9.5l5 5M17 9.5l-5 5"/>', 1.8),
  wechatPay:
    '<svg viewBox="0 0 24 24"><path d="M9.2 14.5c-.5.25-.57.14-.8-.35l-2-4.4c-.14-.5.2-.86.7-.5l2.2 1.5c.5.3 1 .3 1.5.1l9-4C18 4.700 15.2 3.4 12 3.4c-5.2 0-9.4 3.6-9.4 8 0 2.5 1.350 4.700 3.450 6.2l-.5 2c-.1.5.3.8.7.6l2.4-1.2c1 .3 2.150.45 3.350.45 5.2 0 9.4-3.6 9.4-8 0-1.300-.4-2.550-1-3.650z" fill="currentColor"/></svg>',
  fingerprint:
    '<svg viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="round"><path d="M12 12c3-4 7-6 12-6s10 3 13 7M8 24c0-9 7-15 16-15s16 7 16 16c0 3 0 6-1 9M14 36c-1-4-1-8-1-12 0-6 5-11 11-11s11 5 11 12c0 5-1 10-3 15M19 41c-1-5-2-11-2-16 0-4 3-8 7-8s7 3 7 8c0 6-1 12-3 17M24 43c0-6 0-12 0-18"/></svg>',
};
