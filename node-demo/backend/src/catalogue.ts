/** What the shop sells. Prices live here and nowhere else: a client names a product, never a price. */
export interface Product {
  id: string;
  name: { zh: string; en: string };
  note: { zh: string; en: string };
  /** In fen. */
  price: number;
}

export const CURRENCY = 'CNY';
export const MAX_QUANTITY = 99;

const PRODUCTS: readonly Product[] = [
  {
    id: 'longjing-50g',
    name: { zh: '明前龙井', en: 'Longjing, first flush' },
    note: { zh: '西湖 · 50 克', en: 'West Lake · 50 g' },
    price: 6800,
  },
  {
    id: 'dahongpao-80g',
    name: { zh: '大红袍', en: 'Da Hong Pao' },
    note: { zh: '武夷山 · 80 克', en: 'Wuyi Mountain · 80 g' },
    price: 9900,
  },
  {
    id: 'baihao-yinzhen-30g',
    name: { zh: '白毫银针', en: 'Silver Needle' },
    note: { zh: '福鼎 · 30 克', en: 'Fuding · 30 g' },
    price: 8600,
  },
  {
    id: 'sample',
    name: { zh: '一泡试饮', en: 'One-cup sample' },
    note: { zh: '随机一款 · 5 克', en: 'Any of the three · 5 g' },
    price: 1,
  },
];

export function products(): readonly Product[] {
  return PRODUCTS;
}

export function findProduct(id: unknown): Product | undefined {
  return PRODUCTS.find((product) => product.id === id);
}

/** What the payment sheet shows: at most 127 characters. */
export function orderDescription(product: Product, quantity: number): string {
  return `${product.name.zh} × ${quantity}`;
}
