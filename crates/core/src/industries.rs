//! The trades an account says it is in (`reference/wechat-api.md` 2.4): up to two of 41, changed
//! at most once a calendar month.
use chrono::Datelike as _;
use chrono_tz::Tz;
use crier_schema::ids::AccountId;
use crier_schema::tables::industries;
use crier_schema::{AnyConnection, Timestamp, on_each};
use diesel::prelude::*;

use crate::accounts::Account;
use crate::error::{Error, Result};
use crate::tx::Tx;

/// Every trade, as its two classes; its number is its place, beginning with 1.
pub const ALL: [(&str, &str); 41] = [
    ("IT科技", "互联网/电子商务"),
    ("IT科技", "IT软件与服务"),
    ("IT科技", "IT硬件与设备"),
    ("IT科技", "电子技术"),
    ("IT科技", "通信与运营商"),
    ("IT科技", "网络游戏"),
    ("金融业", "银行"),
    ("金融业", "基金理财信托"),
    ("金融业", "保险"),
    ("餐饮", "餐饮"),
    ("酒店旅游", "酒店"),
    ("酒店旅游", "旅游"),
    ("运输与仓储", "快递"),
    ("运输与仓储", "物流"),
    ("运输与仓储", "仓储"),
    ("教育", "培训"),
    ("教育", "院校"),
    ("政府与公共事业", "学术科研"),
    ("政府与公共事业", "交警"),
    ("政府与公共事业", "博物馆"),
    ("政府与公共事业", "公共事业非盈利机构"),
    ("医药护理", "医药医疗"),
    ("医药护理", "护理美容"),
    ("医药护理", "保健与卫生"),
    ("交通工具", "汽车相关"),
    ("交通工具", "摩托车相关"),
    ("交通工具", "火车相关"),
    ("交通工具", "飞机相关"),
    ("房地产", "建筑"),
    ("房地产", "物业"),
    ("消费品", "消费品"),
    ("商业服务", "法律"),
    ("商业服务", "会展"),
    ("商业服务", "中介服务"),
    ("商业服务", "认证"),
    ("商业服务", "审计"),
    ("文体娱乐", "传媒"),
    ("文体娱乐", "体育"),
    ("文体娱乐", "娱乐休闲"),
    ("印刷", "印刷"),
    ("其它", "其它"),
];

/// The trades of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, HasQuery)]
#[diesel(table_name = industries)]
pub struct Industries {
    /// The main one: 1 to 41.
    pub first: i32,
    /// The other: 1 to 41.
    pub second: i32,
    /// When they were set.
    pub set_at: Timestamp,
}

impl Industries {
    /// Whether the trade is one of them.
    pub const fn have(&self, number: i32) -> bool {
        self.first == number || self.second == number
    }
}

/// The two classes of a trade, if there is one of this number.
pub fn classes(number: i32) -> Option<(&'static str, &'static str)> {
    let place = usize::try_from(number).ok()?.checked_sub(1)?;
    ALL.get(place).copied()
}

/// What the account has set, if anything.
pub fn find(conn: &mut AnyConnection, account: AccountId) -> Result<Option<Industries>> {
    Ok(Industries::query().find(account).get_result(conn).optional()?)
}

/// Sets both trades; the month is the account's own.
///
/// # Errors
/// [`Error::Invalid`] for a number that is no trade's; `industries_set_this_month`.
pub fn set(tx: &mut Tx<'_>, account: &Account, first: i32, second: i32) -> Result<()> {
    if [first, second].iter().any(|number| classes(*number).is_none()) {
        return Err(Error::invalid("industry_id", "must be 1 to 41"));
    }
    let changed = match find(tx.conn, account.id)? {
        None => enter(tx, account.id, first, second)?,
        Some(before) if same_month(account, before.set_at, tx.now) => 0,
        // Another node may be about the same: only who finds what was read changes it.
        Some(before) => diesel::update(industries::table.find(account.id))
            .filter(industries::set_at.eq(before.set_at))
            .set((
                industries::first.eq(first),
                industries::second.eq(second),
                industries::set_at.eq(tx.now),
            ))
            .execute(tx.conn)?,
    };
    if changed == 1 { Ok(()) } else { Err(Error::Conflict("industries_set_this_month")) }
}

fn enter(tx: &mut Tx<'_>, account: AccountId, first: i32, second: i32) -> Result<usize> {
    let (conn, now) = (&mut *tx.conn, tx.now);
    Ok(on_each!(
        conn,
        diesel::insert_into(industries::table)
            .values((
                industries::account_id.eq(account),
                industries::first.eq(first),
                industries::second.eq(second),
                industries::set_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
    )?)
}

fn same_month(account: &Account, one: Timestamp, other: Timestamp) -> bool {
    let zone: Tz = account.time_zone.parse().unwrap_or(Tz::UTC);
    let month = |at: Timestamp| {
        let day = at.to_chrono().with_timezone(&zone).date_naive();
        (day.year(), day.month())
    };
    month(one) == month(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_protocol() {
        assert_eq!(classes(1), Some(("IT科技", "互联网/电子商务")));
        assert_eq!(classes(19), Some(("政府与公共事业", "交警")));
        assert_eq!(classes(41), Some(("其它", "其它")));
        assert_eq!((classes(0), classes(42), classes(-1)), (None, None, None));
    }
}
