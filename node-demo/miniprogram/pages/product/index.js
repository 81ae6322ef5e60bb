import * as shop from '../../services/shop.js';
import { yuan } from '../../utils/format.js';
import { failureText, language, texts, translateTabs } from '../../utils/texts.js';

const MAX_QUANTITY = 99;

/** @type {shop.Product[]} */
let products = [];

Page({
  data: {
    t: texts(),
    teas: [],
    tea: null,
    chosen: 0,
    quantity: 1,
    total: '',
    failure: '',
  },

  onShow() {
    const t = texts();
    wx.setNavigationBarTitle({ title: t.shop });
    translateTabs();
    this.setData({ t });
    return products.length === 0 ? this.load() : this.draw();
  },

  async load() {
    this.setData({ failure: '' });
    try {
      products = await shop.products();
      this.draw();
    } catch (error) {
      this.setData({ failure: failureText(error) });
    }
  },

  /** @param {TapEvent} event */
  choose(event) {
    this.setData({ chosen: event.currentTarget.dataset.index });
    this.draw();
  },

  fewer() {
    this.setData({ quantity: Math.max(1, this.data.quantity - 1) });
    this.draw();
  },

  more() {
    this.setData({ quantity: Math.min(MAX_QUANTITY, this.data.quantity + 1) });
    this.draw();
  },

  /** @param {TapEvent} event */
  typeQuantity(event) {
    const quantity = Math.trunc(Number(event.detail.value));
    this.setData({ quantity: Math.min(MAX_QUANTITY, Math.max(1, quantity || 1)) });
    this.draw();
  },

  checkout() {
    const { tea, quantity } = this.data;
    wx.navigateTo({ url: `/pages/cashier/index?productId=${tea.id}&quantity=${quantity}` });
  },

  draw() {
    const teas = products.map(({ id, name, note, price }) => ({
      id,
      name: name[language()],
      note: note[language()],
      price: yuan(price),
    }));
    const { chosen, quantity } = this.data;
    const total = yuan((products[chosen]?.price ?? 0) * quantity);
    this.setData({ teas, tea: teas[chosen], total });
  },
});
