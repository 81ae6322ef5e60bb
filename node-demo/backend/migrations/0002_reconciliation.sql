-- When WeChat Pay is to be asked next about an order that heard nothing, and how often it was.
ALTER TABLE orders ADD COLUMN IF NOT EXISTS next_check_at TIMESTAMPTZ;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS checks INTEGER NOT NULL DEFAULT 0;
UPDATE orders SET next_check_at = created_at
  WHERE next_check_at IS NULL AND status IN ('CREATED', 'PREPAID', 'REFUNDING');
CREATE INDEX IF NOT EXISTS orders_by_next_check ON orders (next_check_at);
CREATE INDEX IF NOT EXISTS orders_by_paid_at ON orders (paid_at);

-- One row per day whose bill was compared with the orders.
CREATE TABLE IF NOT EXISTS bills (
  -- 2026-01-31, a day in Beijing.
  bill_date TEXT PRIMARY KEY,
  status TEXT NOT NULL CHECK (status IN ('RUNNING', 'CHECKED', 'FAILED')),
  -- An instance that dies while it is RUNNING is taken over from after this.
  claimed_until TIMESTAMPTZ NOT NULL,
  payments INTEGER NOT NULL DEFAULT 0,
  refunds INTEGER NOT NULL DEFAULT 0,
  differences INTEGER NOT NULL DEFAULT 0,
  -- Why it FAILED.
  detail TEXT NOT NULL DEFAULT '',
  updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE IF NOT EXISTS bill_differences (
  bill_date TEXT NOT NULL,
  out_trade_no TEXT NOT NULL,
  kind TEXT NOT NULL,
  -- The transaction or the out_refund_no.
  reference TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (bill_date, out_trade_no, kind, reference)
);
