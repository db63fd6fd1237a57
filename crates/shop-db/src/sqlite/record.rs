//! Rows of forms, events and downloads, and of the shop itself.

use super::{
    codec::{hours, int, read_event, read_hours, read_number},
    query::{all, execute, first},
};
use crate::{
    download::Download,
    error::DbError,
    event::OrderEvent,
    model::{NewForm, ShopIdentity},
    rows::RecordRows,
};
use rusqlite::{Connection, params};
use shop_core::{digital::Fetched, order::OrderId, order_status::EventKind, time::CoarseTime};

pub(super) const FORM_CODE: &str = "select order_code from placed_forms where name = ?1";

impl RecordRows for Connection {
    fn form_code(&self, name: &[u8; 32]) -> Result<Option<Vec<u8>>, DbError> {
        first(self, FORM_CODE, [name], |row| Ok(row.get(0)?))
    }

    fn insert_form(&self, order: OrderId, form: &NewForm) -> Result<(), DbError> {
        let NewForm { name, code, lapses } = form;
        let sql = "insert into placed_forms (order_seq, name, order_code, lapses)
            select seq, ?2, ?3, ?4 from orders where id = ?1";
        execute(self, sql, params![order.to_string(), name, code, hours(*lapses)]).map(drop)
    }

    fn remove_forms(&self, lapsed: CoarseTime) -> Result<(), DbError> {
        execute(self, "delete from placed_forms where lapses <= ?1", [hours(lapsed)]).map(drop)
    }

    fn events(&self, order: OrderId) -> Result<Vec<OrderEvent>, DbError> {
        let sql = "select kind, note from events
            where order_seq = (select seq from orders where id = ?1) order by rowid";
        all(self, sql, [order.to_string()], |row| {
            let kind: String = row.get(0)?;
            Ok(OrderEvent { kind: read_event(&kind)?, letter: row.get(1)? })
        })
    }

    fn insert_event(&self, order: OrderId, event: &OrderEvent) -> Result<(), DbError> {
        let OrderEvent { kind, letter } = event;
        let sql = "insert into events (order_seq, kind, note)
            select seq, ?2, ?3 from orders where id = ?1";
        execute(self, sql, params![order.to_string(), kind.word(), letter]).map(drop)
    }

    fn remove_last_event(&self, order: OrderId) -> Result<Option<EventKind>, DbError> {
        let sql = "delete from events where rowid = (select max(rowid) from events
                where order_seq = (select seq from orders where id = ?1)) returning kind";
        first(self, sql, [order.to_string()], |row| {
            let kind: String = row.get(0)?;
            read_event(&kind)
        })
    }

    fn downloads(&self, order: OrderId) -> Result<Vec<Download>, DbError> {
        let sql = "select line, begun, open_until from downloads
            where order_seq = (select seq from orders where id = ?1) order by line";
        all(self, sql, [order.to_string()], |row| {
            let open_until = Some(read_hours(row.get(2)?)?);
            let fetched = Fetched { begun: read_number(row.get(1)?)?, open_until };
            Ok(Download { line: read_number(row.get(0)?)?, fetched })
        })
    }

    fn count_download(
        &self,
        order: OrderId,
        line: u32,
        open_until: CoarseTime,
    ) -> Result<(), DbError> {
        let sql = "insert into downloads (order_seq, line, begun, open_until)
            select seq, ?2, 1, ?3 from orders where id = ?1
            on conflict (order_seq, line) do update
                set begun = begun + 1, open_until = excluded.open_until";
        execute(self, sql, params![order.to_string(), line, hours(open_until)]).map(drop)
    }

    fn key_proof(&self) -> Result<Option<[u8; 32]>, DbError> {
        first(self, "select proof from shop_key", [], |row| Ok(row.get(0)?))
    }

    fn set_key_proof(&self, proof: &[u8; 32]) -> Result<(), DbError> {
        let sql = "insert into shop_key (id, proof) values (1, ?1)
            on conflict (id) do update set proof = excluded.proof";
        execute(self, sql, [proof]).map(drop)
    }

    fn shop_identity(&self) -> Result<Option<ShopIdentity>, DbError> {
        first(self, "select shop, starts from shop_identity", [], |row| {
            let starts: i64 = row.get(1)?;
            Ok(ShopIdentity { shop: row.get(0)?, starts: starts.unsigned_abs() })
        })
    }

    fn set_shop_identity(&self, identity: &ShopIdentity) -> Result<(), DbError> {
        let sql = "insert into shop_identity (id, shop, starts) values (1, ?1, ?2)
            on conflict (id) do update set shop = excluded.shop, starts = excluded.starts";
        execute(self, sql, params![identity.shop, int(identity.starts)]).map(drop)
    }
}
