//! How a brand's members sign in: whether a second step is wanted, and the provider (OpenID Connect)
//! that vouches for them. A provider is believed about its own brand and no other.
use crier_schema::ids::{BrandId, MemberId};
use crier_schema::tables::{brands, sessions, sign_in_rules, vouched_members};
use crier_schema::{AnyConnection, Timestamp, on_each};
use diesel::prelude::*;

use crate::accounts::has_control;
use crate::error::{Error, Result};
use crate::invitations;
use crate::members::{self, Member, Role};
use crate::tx::Tx;
use crate::vault::Vault;

/// Domains of one brand.
const DOMAINS: usize = 20;
/// Characters of an issuer's address, of a client id, of a secret.
const LONGEST: usize = 500;
/// The hash of no password: nothing typed fits it.
const NO_PASSWORD: &str = "-";

/// What a brand has set.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = sign_in_rules)]
pub struct Rules {
    /// Of which brand.
    pub brand_id: BrandId,
    /// Whether members must have a second step.
    pub second_step: bool,
    /// Whether sessions that began with a password or a passkey see this brand.
    pub passwords: bool,
    /// The provider's address; empty without one.
    pub issuer: String,
    /// What the provider calls this installation.
    pub client_id: String,
    sealed_secret: String,
    domains: String,
    /// What those become who are no members yet; nobody joins by themselves if absent.
    pub newcomers: Option<Role>,
    /// When it was last set.
    pub updated_at: Timestamp,
}

impl Rules {
    /// Those of a brand that has set nothing.
    const fn none(brand_id: BrandId) -> Self {
        Self {
            brand_id,
            second_step: false,
            passwords: true,
            issuer: String::new(),
            client_id: String::new(),
            sealed_secret: String::new(),
            domains: String::new(),
            newcomers: None,
            updated_at: Timestamp::from_micros(0),
        }
    }

    /// Whether there is a provider.
    pub const fn has_provider(&self) -> bool {
        !self.issuer.is_empty()
    }

    /// The client secret.
    pub fn secret(&self, vault: &Vault) -> Result<String> {
        vault.open(&self.sealed_secret)
    }

    /// The domains whose e-mail addresses the provider is believed about.
    pub fn domains(&self) -> impl Iterator<Item = &str> {
        self.domains.split(' ').filter(|domain| !domain.is_empty())
    }

    /// Whether the provider is believed about this address.
    fn covers(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map(|(_, domain)| domain);
        domain.is_some_and(|domain| self.domains().any(|known| known == domain))
    }
}

/// A brand's rules.
pub fn get(conn: &mut AnyConnection, brand: BrandId) -> Result<Rules> {
    let found = Rules::query().find(brand).get_result(conn).optional()?;
    Ok(found.unwrap_or_else(|| Rules::none(brand)))
}

/// The rules of these brands that have set any.
pub(crate) fn of_brands(conn: &mut AnyConnection, brands: &[BrandId]) -> Result<Vec<Rules>> {
    Ok(Rules::query().filter(sign_in_rules::brand_id.eq_any(brands)).load(conn)?)
}

/// Says whether a brand's members must have a second step.
pub fn want_second_step(tx: &mut Tx<'_>, brand: BrandId, wanted: bool) -> Result<()> {
    let rules = get(tx.conn, brand)?;
    store(tx, Rules { second_step: wanted, ..rules })
}

/// A provider to set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Provider {
    /// Its address.
    pub issuer: String,
    /// What it calls this installation.
    pub client_id: String,
    /// The secret it gave; empty to keep the one there is.
    pub secret: String,
    /// Domains, between spaces, commas or line breaks.
    pub domains: String,
    /// What those become who are no members yet.
    pub newcomers: Option<Role>,
}

/// Sets the provider of a brand. With another issuer, whoever the one before vouched for is signed
/// out and introduced anew.
///
/// # Errors
/// [`Error::Invalid`] for a field.
pub fn set_provider(
    tx: &mut Tx<'_>,
    vault: &Vault,
    brand: BrandId,
    provider: &Provider,
) -> Result<()> {
    let rules = get(tx.conn, brand)?;
    let issuer = clean_issuer(&provider.issuer)?;
    let client_id = short("client_id", &provider.client_id)?;
    let same = rules.issuer == issuer;
    let sealed_secret = match provider.secret.trim() {
        "" if same && !rules.sealed_secret.is_empty() => rules.sealed_secret.clone(),
        secret => vault.seal(&short("client_secret", secret)?)?,
    };
    if !same {
        forget(tx, brand)?;
    }
    let (domains, newcomers) = (clean_domains(&provider.domains)?, provider.newcomers);
    store(tx, Rules { issuer, client_id, sealed_secret, domains, newcomers, ..rules })
}

/// Takes the provider away: passwords are good again.
pub fn remove_provider(tx: &mut Tx<'_>, brand: BrandId) -> Result<()> {
    let rules = get(tx.conn, brand)?;
    forget(tx, brand)?;
    store(tx, Rules { second_step: rules.second_step, ..Rules::none(brand) })
}

/// Says whether a password or a passkey still opens the brand. `by` is the brand that vouched for
/// whoever asks: they must have come through the provider, so that a provider that does not work
/// locks nobody out.
///
/// # Errors
/// `provider_untried`.
pub fn allow_passwords(
    tx: &mut Tx<'_>,
    brand: BrandId,
    by: Option<BrandId>,
    allowed: bool,
) -> Result<()> {
    let rules = get(tx.conn, brand)?;
    if !allowed && (by != Some(brand) || !rules.has_provider()) {
        return Err(Error::Conflict("provider_untried"));
    }
    store(tx, Rules { passwords: allowed, ..rules })
}

/// Brands whose provider is believed about this address, with their names.
pub fn for_email(conn: &mut AnyConnection, email: &str) -> Result<Vec<(BrandId, String)>> {
    let email = members::clean_email(email)?;
    let rows: Vec<(Rules, String)> = sign_in_rules::table
        .inner_join(brands::table.on(brands::id.eq(sign_in_rules::brand_id)))
        .filter(sign_in_rules::issuer.ne(""))
        .order(brands::name.asc())
        .select((Rules::as_select(), brands::name))
        .load(conn)?;
    let fitting = rows.into_iter().filter(|(rules, _)| rules.covers(&email));
    Ok(fitting.map(|(rules, name)| (rules.brand_id, name)).collect())
}

/// Whom a provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// What the provider calls them, always the same.
    pub subject: String,
    /// Their address, which the provider has verified.
    pub email: String,
    /// What they are called, if it says so.
    pub name: String,
}

/// The member whom a brand's provider vouches for: known by the provider's word, else by their
/// address, else they join as invited or as newcomers do.
///
/// # Errors
/// `provider_domain` for an address that the provider is not believed about; `provider_stranger`
/// for nobody of the brand; `provider_removed` for whom an owner took out of it.
pub fn vouch(tx: &mut Tx<'_>, brand: BrandId, who: &Vouched) -> Result<Member> {
    let rules = get(tx.conn, brand)?;
    let email = members::clean_email(&who.email)?;
    if !rules.has_provider() || !rules.covers(&email) {
        return Err(Error::Conflict("provider_domain"));
    }
    let known = vouched_members::table
        .find((brand, &who.subject))
        .select(vouched_members::member_id)
        .get_result::<MemberId>(tx.conn)
        .optional()?;
    let member = match known {
        Some(id) => Some(members::get(tx.conn, id)?),
        None => members::find(tx.conn, &email)?,
    };
    let seated = match &member {
        Some(member) => {
            let colleagues = members::of_brand(tx.conn, brand)?;
            colleagues.iter().any(|one| one.member.id == member.id)
        }
        None => false,
    };
    let member = if seated { member } else { Some(join(tx, &rules, member, &email, who)?) };
    let member = member.ok_or(Error::NotFound("member"))?;
    if known.is_none() {
        diesel::insert_into(vouched_members::table)
            .values((
                vouched_members::brand_id.eq(brand),
                vouched_members::subject.eq(&who.subject),
                vouched_members::member_id.eq(member.id),
                vouched_members::created_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
    }
    Ok(member)
}

fn join(
    tx: &mut Tx<'_>,
    rules: &Rules,
    member: Option<Member>,
    email: &str,
    who: &Vouched,
) -> Result<Member> {
    let invited = invitations::take(tx, rules.brand_id, email)?;
    let removed = match (&member, invited) {
        (Some(member), None) => members::was_removed(tx.conn, rules.brand_id, member.id)?,
        _ => false,
    };
    if removed {
        return Err(Error::Conflict("provider_removed"));
    }
    let role = invited.or(rules.newcomers).ok_or(Error::Conflict("provider_stranger"))?;
    let member = if let Some(member) = member {
        member
    } else {
        let name: String = who.name.chars().filter(|c| !c.is_control()).take(60).collect();
        let local = email.split('@').next().unwrap_or(email);
        let name = if name.trim().is_empty() { local } else { name.trim() };
        let name: String = name.chars().take(60).collect();
        members::create(tx, email, &name, NO_PASSWORD, false)?
    };
    members::join(tx, rules.brand_id, member.id, role)?;
    Ok(member)
}

/// Forgets whom the provider vouched for, and ends their sessions.
fn forget(tx: &mut Tx<'_>, brand: BrandId) -> Result<()> {
    let vouched = vouched_members::table.filter(vouched_members::brand_id.eq(brand));
    diesel::delete(vouched).execute(tx.conn)?;
    let of = sessions::table.filter(sessions::only_brand.eq(Some(brand)));
    diesel::delete(of).execute(tx.conn)?;
    Ok(())
}

fn store(tx: &mut Tx<'_>, rules: Rules) -> Result<()> {
    let (conn, now) = (&mut *tx.conn, tx.now);
    let set = (
        sign_in_rules::second_step.eq(rules.second_step),
        sign_in_rules::passwords.eq(rules.passwords),
        sign_in_rules::issuer.eq(&rules.issuer),
        sign_in_rules::client_id.eq(&rules.client_id),
        sign_in_rules::sealed_secret.eq(&rules.sealed_secret),
        sign_in_rules::domains.eq(&rules.domains),
        sign_in_rules::newcomers.eq(rules.newcomers),
        sign_in_rules::updated_at.eq(now),
    );
    on_each!(
        conn,
        diesel::insert_into(sign_in_rules::table)
            .values((sign_in_rules::brand_id.eq(rules.brand_id), set))
            .on_conflict(sign_in_rules::brand_id)
            .do_update()
            .set(set)
            .execute(conn)
    )?;
    Ok(())
}

/// Kept as it is written: the provider says the very same of itself.
fn clean_issuer(issuer: &str) -> Result<String> {
    let wrong =
        || Error::invalid("issuer", "must be the provider's address, beginning with https://");
    let issuer = issuer.trim();
    let url = url::Url::parse(issuer).map_err(|_| wrong())?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.password().is_none();
    let web = matches!(url.scheme(), "https" | "http") && url.has_host();
    if issuer.len() > LONGEST || !web || !plain || !url.username().is_empty() {
        return Err(wrong());
    }
    Ok(issuer.to_owned())
}

fn short(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST || has_control(text) {
        return Err(Error::invalid(field, "must have 1 to 500 characters"));
    }
    Ok(text.to_owned())
}

fn clean_domains(domains: &str) -> Result<String> {
    let wrong = || Error::invalid("domains", "must be 1 to 20 domains such as example.com");
    let split = domains.split(|c: char| c.is_whitespace() || c == ',');
    let mut cleaned: Vec<String> = Vec::new();
    for domain in split.filter(|domain| !domain.is_empty()) {
        let address = members::clean_email(&format!("somebody@{domain}")).map_err(|_| wrong())?;
        let domain = address.trim_start_matches("somebody@").to_owned();
        if !cleaned.contains(&domain) {
            cleaned.push(domain);
        }
    }
    if cleaned.is_empty() || cleaned.len() > DOMAINS {
        return Err(wrong());
    }
    Ok(cleaned.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_cleaned_and_checked() {
        assert_eq!(
            clean_domains("Tea.Example, tea.example\ncity.gov").unwrap(),
            "tea.example city.gov"
        );
        for bad in ["", " , ", "tea example..com", "@tea.example", "x@tea.example"] {
            assert!(clean_domains(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_issuer_is_an_address_without_more() {
        assert_eq!(clean_issuer(" https://id.example/realm ").unwrap(), "https://id.example/realm");
        for bad in [
            "",
            "id.example",
            "ftp://id.example",
            "https://x@id.example",
            "https://id.example/?a=1",
        ] {
            assert!(clean_issuer(bad).is_err(), "{bad:?}");
        }
    }
}
