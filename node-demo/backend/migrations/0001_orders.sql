-- Only SQL that the PostgreSQL family shares. Every table leads its key with the order number, so
-- that a distributed PostgreSQL can keep the rows of one order together. Every statement may be run
-- again: an instance that dies in the middle is taken over from.

CREATE TABLE IF NOT EXISTS orders (
  out_trade_no TEXT PRIMARY KEY,
  appid TEXT NOT NULL,
  mchid TEXT NOT NULL,
  openid TEXT NOT NULL,
  product_id TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  description TEXT NOT NULL,
  -- Money is a whole number of fen.
  amount_total INTEGER NOT NULL CHECK (amount_total > 0),
  amount_refunded INTEGER NOT NULL DEFAULT 0,
  currency TEXT NOT NULL,
  status TEXT NOT NULL
    CHECK (status IN ('CREATED', 'PREPAID', 'PAID', 'REFUNDING', 'REFUNDED', 'CLOSED')),
  expires_at TIMESTAMPTZ NOT NULL,
  prepay_id TEXT,
  prepay_expires_at TIMESTAMPTZ,
  transaction_id TEXT,
  -- What told us of the payment, and when it was made.
  paid_by TEXT CHECK (paid_by IN ('CALLBACK', 'QUERY')),
  paid_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  CHECK (amount_refunded >= 0 AND amount_refunded <= amount_total),
  CHECK ((paid_at IS NULL) = (transaction_id IS NULL)),
  CHECK (status NOT IN ('PAID', 'REFUNDING', 'REFUNDED') OR paid_at IS NOT NULL)
);

CREATE INDEX IF NOT EXISTS orders_by_openid ON orders (openid, created_at);

CREATE TABLE IF NOT EXISTS refunds (
  out_trade_no TEXT NOT NULL REFERENCES orders (out_trade_no),
  out_refund_no TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  reason TEXT NOT NULL,
  status TEXT NOT NULL
    CHECK (status IN ('REQUESTED', 'PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL', 'FAILED')),
  refund_id TEXT,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (out_trade_no, out_refund_no)
);

-- One row per thing that changed an order. The key is what makes a payment or a refund count once.
CREATE TABLE IF NOT EXISTS order_events (
  out_trade_no TEXT NOT NULL REFERENCES orders (out_trade_no),
  event TEXT NOT NULL,
  -- The out_refund_no where the event is about a refund, else empty.
  subject TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('SHOP', 'CALLBACK', 'QUERY')),
  notification_id TEXT,
  status_after TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (out_trade_no, event, subject)
);

-- Every genuine callback, whatever came of it.
CREATE TABLE IF NOT EXISTS notifications (
  out_trade_no TEXT NOT NULL,
  id TEXT NOT NULL,
  event_type TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('RECEIVED', 'APPLIED', 'DUPLICATE', 'REFUSED', 'IGNORED')),
  received_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (out_trade_no, id)
);

-- What a person has to look at: money that came and does not fit.
CREATE TABLE IF NOT EXISTS incidents (
  out_trade_no TEXT NOT NULL,
  kind TEXT NOT NULL,
  -- The notification or transaction that brought it.
  reference TEXT NOT NULL,
  detail TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (out_trade_no, kind, reference)
);

CREATE TABLE IF NOT EXISTS sessions (
  -- SHA-256 of the token; the token itself is with the mini program alone.
  token_hash TEXT PRIMARY KEY,
  openid TEXT NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);
