// Texts in the language of WeChat.

import { ShopFailure } from '../services/shop.js';

const ZH = {
  shop: '一叶茶铺',
  tabShop: '选购',
  tabOrders: '订单',
  quantity: '数量',
  fewer: '减少一件',
  more: '增加一件',
  total: '合计',
  checkout: '去结算',
  cashier: '收银台',
  payee: '收款方',
  item: '商品',
  orderNumber: '订单号',
  transaction: '微信支付单号',
  time: '下单时间',
  method: '支付方式',
  wechatPay: '微信支付',
  pay: '确认支付',
  paying: '正在支付…',
  ordering: '正在下单',
  unpaid: '支付未完成，订单为您保留。',
  result: '支付结果',
  confirming: '等待商户确认',
  confirmingNote: '手机上的结果不算数，要等微信支付的回调通过验签。',
  late: '回调还没有到',
  lateNote: '商户可以主动向微信支付查询。',
  paid: '支付成功',
  paidByCALLBACK: '由微信支付回调确认',
  paidByQUERY: '由查询订单确认',
  closed: '订单已关闭',
  refunding: '退款处理中',
  refunded: '已全额退款',
  ask: '查询支付结果',
  viewOrders: '查看订单',
  continueShopping: '继续选购',
  loading: '正在加载…',
  noOrders: '还没有订单',
  noOrdersNote: '挑一款茶，几秒钟就到。',
  payNow: '去支付',
  close: '取消订单',
  refund: '申请退款',
  refundTitle: '申请退款',
  refundQuestion: '全额退回支付账户，确定吗？',
  confirm: '确定',
  back: '再想想',
  known: '知道了',
  failed: '没有成功',
  retry: '重新加载',
  statusCREATED: '已下单',
  statusPREPAID: '待支付',
  statusPAID: '已支付',
  statusREFUNDING: '退款中',
  statusREFUNDED: '已退款',
  statusCLOSED: '已关闭',
  errorWECHATPAY_REFUSED: '微信支付没有接受这笔请求，没有扣款。',
  errorWECHATPAY_UNREACHABLE: '暂时连不上微信支付，订单已保留，请稍后再试。',
  errorORDER_EXPIRED: '订单超时未支付，请重新下单。',
  errorORDER_NOT_OPEN: '订单状态已经变化，请刷新后查看。',
  errorREFUND_OPEN: '已有一笔退款正在处理。',
};

/** @type {typeof ZH} */
const EN = {
  shop: 'One Leaf Tea',
  tabShop: 'Shop',
  tabOrders: 'Orders',
  quantity: 'Quantity',
  fewer: 'One fewer',
  more: 'One more',
  total: 'Total',
  checkout: 'Check out',
  cashier: 'Cashier',
  payee: 'Payee',
  item: 'Item',
  orderNumber: 'Order',
  transaction: 'Transaction',
  time: 'Ordered',
  method: 'Pay with',
  wechatPay: 'WeChat Pay',
  pay: 'Pay',
  paying: 'Paying…',
  ordering: 'Ordering',
  unpaid: 'Not paid yet. The order is kept for you.',
  result: 'Payment',
  confirming: 'Waiting for the shop',
  confirmingNote: 'What the phone was told is no proof. The callback of WeChat Pay has to be verified first.',
  late: 'No callback yet',
  lateNote: 'The shop can ask WeChat Pay itself.',
  paid: 'Paid',
  paidByCALLBACK: 'Confirmed by the callback of WeChat Pay',
  paidByQUERY: 'Confirmed by asking WeChat Pay',
  closed: 'Order closed',
  refunding: 'Refund on its way',
  refunded: 'Refunded in full',
  ask: 'Ask WeChat Pay',
  viewOrders: 'View orders',
  continueShopping: 'Keep shopping',
  loading: 'Loading…',
  noOrders: 'No orders yet',
  noOrdersNote: 'Choose a tea; it takes seconds.',
  payNow: 'Pay',
  close: 'Cancel order',
  refund: 'Refund',
  refundTitle: 'Refund',
  refundQuestion: 'Give the whole payment back?',
  confirm: 'Refund',
  back: 'Keep it',
  known: 'OK',
  failed: 'That did not work',
  retry: 'Try again',
  statusCREATED: 'Created',
  statusPREPAID: 'To pay',
  statusPAID: 'Paid',
  statusREFUNDING: 'Refunding',
  statusREFUNDED: 'Refunded',
  statusCLOSED: 'Closed',
  errorWECHATPAY_REFUSED: 'WeChat Pay did not take this request. No money has moved.',
  errorWECHATPAY_UNREACHABLE: 'WeChat Pay cannot be reached. The order is kept; try again in a while.',
  errorORDER_EXPIRED: 'This order was not paid in time. Place a new one.',
  errorORDER_NOT_OPEN: 'This order has changed meanwhile. Look at it again.',
  errorREFUND_OPEN: 'A refund is on its way already.',
};

/** @returns {'zh' | 'en'} */
export function language() {
  return wx.getAppBaseInfo().language.startsWith('zh') ? 'zh' : 'en';
}

export function texts() {
  return language() === 'zh' ? ZH : EN;
}

/** What a page shows of a failure: the sentence for people, and the code that support will ask for. */
export function failureText(/** @type {unknown} */ error) {
  if (error instanceof ShopFailure) {
    /** @type {Record<string, string>} */
    const known = texts();
    return `${known[`error${error.code}`] ?? error.message}\n${error.code}`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** The texts that belong to no page. WeChat keeps them until they are set again. */
export function translateTabs() {
  const { tabShop, tabOrders } = texts();
  wx.setTabBarItem({ index: 0, text: tabShop });
  wx.setTabBarItem({ index: 1, text: tabOrders });
}
