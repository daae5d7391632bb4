//! Many rows at once, each engine in the way that suits it: PostgreSQL takes columns as arrays in
//! one statement that is prepared once, SQLite takes row after row of a statement it has cached.
//!
//! Diesel's own multi-row `VALUES` is another text for each number of rows, and its `UPDATE` is
//! never cached, so both engines would parse and plan them anew for every batch: a quarter of what
//! the writer did on SQLite, and most of what a message cost on PostgreSQL.

/// Declares a row with `execute_all(conn, rows)`: the insert or update of all of them.
///
/// ```text
/// bulk! {
///     insert into events
///     struct EventRow { id: EventId as BigInt, fact: String as Text }
/// }
/// bulk! {
///     update deliveries
///     struct EndingRow { state: State as Text }
///     where { id = id: DeliveryId as BigInt, leased_by = node: NodeId as BigInt }
///     and "deliveries.state = 'pending'"
/// }
/// ```
///
/// In `where`, the column stands before the field that it is compared with. The first finds the
/// row; what follows it is only checked, and told so that no planner looks for rows by it:
/// PostgreSQL, which plans this while the tables are empty, would read all that a node holds for
/// each row.
#[macro_export]
macro_rules! bulk {
    (
        insert into $table:ident
        struct $Row:ident $(<$life:lifetime>)? {
            $($column:ident: $rust:ty as $sql:ty),+ $(,)?
        }
    ) => {
        struct $Row $(<$life>)? { $($column: $rust),+ }

        $crate::bulk!(@statements $Row, $table $(, $life)?, { $($column: $rust as $sql),+ }
            |out| {
                $crate::bulk!(@list out, concat!("INSERT INTO ", stringify!($table), " ("),
                    ", ", [$(stringify!($column)),+]);
                out.push_sql(") ");
            }
            postgres: |self_, out| {
                out.push_sql("SELECT * FROM ");
                $crate::bulk!(@binds self_, out, "UNNEST(", ", ", [$($column: Vec<&$rust> as Array<$sql>),+]);
                out.push_sql(")");
            }
            sqlite: |self_, out| {
                $crate::bulk!(@binds self_, out, "VALUES (", ", ", [$($column: &$rust as $sql),+]);
                out.push_sql(")");
            }
        );
    };
    (
        update $table:ident
        struct $Row:ident $(<$life:lifetime>)? {
            $($column:ident: $rust:ty as $sql:ty),+ $(,)?
        }
        where { $key:ident = $found:ident: $key_rust:ty as $key_sql:ty
            $(, $check:ident = $field:ident: $check_rust:ty as $check_sql:ty)* $(,)? }
        $(and $condition:literal)?
    ) => {
        struct $Row $(<$life>)? {
            $($column: $rust,)+ $found: $key_rust $(, $field: $check_rust)*
        }

        $crate::bulk!(@statements $Row, $table $(, $life)?,
            { $($column: $rust as $sql,)+ $found: $key_rust as $key_sql
                $(, $field: $check_rust as $check_sql)* }
            |out| {
                out.push_sql(concat!("UPDATE ", stringify!($table), " SET "));
            }
            postgres: |self_, out| {
                $crate::bulk!(@list out, "", ", ",
                    [$(concat!(stringify!($column), " = new.", stringify!($column))),+]);
                out.push_sql(" FROM ");
                $crate::bulk!(@binds self_, out, "UNNEST(", ", ", [
                    $($column: Vec<&$rust> as Array<$sql>,)+
                    $found: Vec<&$key_rust> as Array<$key_sql>
                    $(, $field: Vec<&$check_rust> as Array<$check_sql>)*
                ]);
                $crate::bulk!(@list out, ") AS new (", ", ",
                    [$(stringify!($column),)+ stringify!($found) $(, stringify!($field))*]);
                out.push_sql(concat!(
                    ") WHERE ", stringify!($table), ".", stringify!($key),
                    " = new.", stringify!($found)
                    $(, " AND (", stringify!($table), ".", stringify!($check),
                        " = new.", stringify!($field), ") IS TRUE")*
                    $(, " AND (", $condition, ") IS TRUE")?
                ));
            }
            sqlite: |self_, out| {
                $crate::bulk!(@binds self_, out, "", ", ",
                    [$($column: &$rust as $sql => concat!(stringify!($column), " = ")),+]);
                $crate::bulk!(@binds self_, out, " WHERE ", " AND ", [
                    $found: &$key_rust as $key_sql => concat!(stringify!($key), " = ")
                    $(, $field: &$check_rust as $check_sql => concat!("+", stringify!($check), " = "))*
                ]);
                $( out.push_sql(concat!(" AND (", $condition, ") IS TRUE")); )?
            }
        );
    };
    (
        @statements $Row:ident, $table:ident $(, $life:lifetime)?,
        { $($column:ident: $rust:ty as $sql:ty),+ }
        |$begin:ident| $beginning:block
        postgres: |$many:ident, $pg:ident| $arrays:block
        sqlite: |$one:ident, $lite:ident| $values:block
    ) => {
        const _: () = {
            use diesel::RunQueryDsl;
            use diesel::pg::Pg;
            use diesel::query_builder::{AstPass, QueryFragment, QueryId};
            use diesel::sql_types::Array;
            use diesel::sqlite::Sqlite;

            struct Columns<'r $(, $life)?> { $($column: Vec<&'r $rust>),+ }
            struct One<'r $(, $life)?>(&'r $Row $(<$life>)?);

            /// Stand for the statements in Diesel's cache: their texts never change.
            struct ManyStatement;
            struct OneStatement;

            impl<'r $(, $life)?> QueryId for Columns<'r $(, $life)?> {
                type QueryId = ManyStatement;
                const HAS_STATIC_QUERY_ID: bool = true;
            }

            impl<'r $(, $life)?> QueryId for One<'r $(, $life)?> {
                type QueryId = OneStatement;
                const HAS_STATIC_QUERY_ID: bool = true;
            }

            impl<'r, $($life,)? Conn> RunQueryDsl<Conn> for Columns<'r $(, $life)?> {}
            impl<'r, $($life,)? Conn> RunQueryDsl<Conn> for One<'r $(, $life)?> {}

            impl<'r $(, $life)?> QueryFragment<Pg> for Columns<'r $(, $life)?> {
                fn walk_ast<'b>(&'b self, mut $pg: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
                    let $many = self;
                    { let $begin = &mut $pg; $beginning }
                    $arrays
                    Ok(())
                }
            }

            impl<'r $(, $life)?> QueryFragment<Sqlite> for One<'r $(, $life)?> {
                fn walk_ast<'b>(
                    &'b self,
                    mut $lite: AstPass<'_, 'b, Sqlite>,
                ) -> diesel::QueryResult<()> {
                    let $one = self.0;
                    { let $begin = &mut $lite; $beginning }
                    $values
                    Ok(())
                }
            }

            impl $(<$life>)? $Row $(<$life>)? {
                /// The statement over all of `rows`.
                fn execute_all(
                    conn: &mut $crate::AnyConnection,
                    rows: &[Self],
                ) -> diesel::QueryResult<()> {
                    if rows.is_empty() {
                        return Ok(());
                    }
                    match conn {
                        $crate::AnyConnection::Postgres(conn) => {
                            let columns = Columns {
                                $($column: rows.iter().map(|row| &row.$column).collect()),+
                            };
                            columns.execute(conn)?;
                        }
                        $crate::AnyConnection::Sqlite(conn) => {
                            for row in rows {
                                One(row).execute(conn)?;
                            }
                        }
                    }
                    Ok(())
                }
            }
        };
    };
    (@list $out:ident, $before:expr, $between:literal, [$first:expr $(, $more:expr)*]) => {
        $out.push_sql($before);
        $out.push_sql($first);
        $( $out.push_sql($between); $out.push_sql($more); )*
    };
    (@binds $self:ident, $out:ident, $before:literal, $between:literal, [
        $first:ident: $rust:ty as $sql:ty $(=> $name:expr)?
        $(, $column:ident: $rusts:ty as $sqls:ty $(=> $names:expr)?)*
    ]) => {
        $out.push_sql($before);
        $( $out.push_sql($name); )?
        $out.push_bind_param::<$sql, _>(&$self.$first)?;
        $(
            $out.push_sql($between);
            $( $out.push_sql($names); )?
            $out.push_bind_param::<$sqls, _>(&$self.$column)?;
        )*
    };
}
