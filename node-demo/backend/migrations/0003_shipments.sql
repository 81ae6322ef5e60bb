-- What has to leave the warehouse: written in the transaction that books the payment, so that there is
-- one for every paid order and none for another.
CREATE TABLE IF NOT EXISTS shipments (
  out_trade_no TEXT PRIMARY KEY REFERENCES orders (out_trade_no),
  status TEXT NOT NULL CHECK (status IN ('WAITING', 'CLAIMED', 'SHIPPED', 'CANCELLED')),
  -- Until then, one instance and no other speaks with the warehouse about it.
  claimed_until TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX IF NOT EXISTS shipments_by_status ON shipments (status, created_at);
