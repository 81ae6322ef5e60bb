// The built-in components of a mini program, as elements of this page.

export const NAVIGATE = '#navigate';
const PACKAGE = '/mini-program';

/** @typedef {(type: string, detail: Record<string, unknown>) => void} Emit */

/**
 * @param {string} tag
 * @param {string[]} events the component is bound to
 * @param {Emit} emit
 * @returns {HTMLElement}
 */
export function createElement(tag, events, emit) {
  if (tag === 'input') return createInput(emit);
  if (tag === 'button') {
    const button = document.createElement('button');
    button.type = 'button';
    button.addEventListener('click', () => emit('tap', {}));
    return button;
  }
  const element = document.createElement(`wx-${tag}`);
  if (tag === 'image') {
    const image = document.createElement('img');
    image.alt = '';
    image.draggable = false;
    element.append(image);
  }
  if (tag === 'navigator') {
    element.setAttribute('role', 'link');
    makeTappable(element, () => {
      const { url = '', openType = 'navigate' } = element.dataset;
      emit(NAVIGATE, { url, openType });
    });
  } else if (events.includes('tap')) {
    element.setAttribute('role', 'button');
    makeTappable(element, () => emit('tap', {}));
  }
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {any} value
 */
export function setAttribute(element, name, value) {
  switch (name) {
    case 'class':
      element.className = String(value ?? '');
      return;
    case 'style':
      element.style.cssText = String(value ?? '');
      return;
    case 'hidden':
    case 'disabled':
      element.toggleAttribute(name, Boolean(value));
      return;
    case 'loading':
      element.toggleAttribute('aria-busy', Boolean(value));
      return;
    case 'aria-role':
      element.setAttribute('role', String(value));
      return;
    case 'src':
      element.querySelector('img')?.setAttribute('src', fileUrl(String(value)));
      return;
    case 'url':
      element.dataset['url'] = String(value);
      return;
    case 'open-type':
      element.dataset['openType'] = String(value);
      return;
    case 'value':
      if (element instanceof HTMLInputElement) element.value = String(value ?? '');
      return;
    case 'type':
      if (element instanceof HTMLInputElement && ['number', 'digit'].includes(value)) {
        element.inputMode = value === 'digit' ? 'decimal' : 'numeric';
      }
      return;
    case 'aria-label':
      if (element.localName === 'wx-image') {
        element.querySelector('img')?.setAttribute('alt', String(value));
        return;
      }
      element.setAttribute(name, String(value));
      return;
    default:
      element.setAttribute(name, String(value));
  }
}

/** @param {string} path `/images/x.svg` of the package, or an address */
function fileUrl(path) {
  return path.startsWith('/') ? `${PACKAGE}${path}` : path;
}

/** @param {Emit} emit */
function createInput(emit) {
  const input = document.createElement('input');
  input.autocomplete = 'off';
  const value = () => ({ value: input.value });
  input.addEventListener('input', () => emit('input', value()));
  input.addEventListener('blur', () => emit('blur', value()));
  input.addEventListener('keydown', ({ key }) => {
    if (key !== 'Enter') return;
    emit('confirm', value());
    input.blur();
  });
  return input;
}

/**
 * @param {HTMLElement} element
 * @param {() => void} action
 */
function makeTappable(element, action) {
  element.tabIndex = 0;
  element.addEventListener('click', action);
  element.addEventListener('keydown', (event) => {
    if (event.target !== element || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    action();
  });
}
