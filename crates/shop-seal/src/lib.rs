//! Sealing orders to the seller and opening them; buyer boxes, cookies, MIME and mbox.
