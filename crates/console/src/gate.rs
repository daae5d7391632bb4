//! Who may: asked before the handler, from the table of routes, so that no handler can forget.
use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use crier_core::accounts::{self, Account, State, Within};
use crier_core::error::Denial;
use crier_core::ids::BrandId;
use crier_core::members::{Member, Permission, Seat, allows};
use crier_core::sessions::Session;
use crier_core::{App, Error, figures, notes};

use crate::activities::recording;
use crate::failures::{Failure, missing};
use crate::shell::NEAR;
use crate::visits::{self, Visit};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Whoever comes.
    Anyone,
    /// Whoever is signed in, also before they have set up the second step that they owe.
    Own,
    /// Whoever is signed in.
    Member,
    /// Platform administrators.
    Admin,
    /// Members of the brand being looked at whose role permits it.
    Brand(Permission),
    /// Members of the brand of the account in the path whose role permits it.
    Account(Permission),
}

/// A member at work for one brand.
#[derive(Clone)]
pub struct Staff {
    /// Who.
    pub member: Member,
    /// In which brand, as what.
    pub seat: Seat,
}

/// A member at work for one account.
#[derive(Clone)]
pub struct Desk {
    /// Who, in the account's brand.
    pub staff: Staff,
    /// Which account.
    pub account: Arc<Account>,
    /// Its conversations with messages nobody has read.
    pub unread: i64,
    /// Notes that mention the member and that they have not seen.
    pub mentions: i64,
}

impl Staff {
    /// Whether the role permits it.
    pub fn may(&self, permission: Permission) -> bool {
        allows(self.seat.role, permission)
    }
}

impl Desk {
    /// An address of the account's pages.
    pub fn path(&self, beneath: &str) -> String {
        format!("/console/accounts/{}{beneath}", self.account.handle)
    }
}

/// Lets a request through to its handler, or not.
pub async fn admit(
    who: Who,
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match check(who, req.request()).await {
        Ok(()) => {
            let answer = next.call(req).await?.map_into_boxed_body();
            recording::record(who, &answer).await;
            Ok(answer)
        }
        Err(failure) => {
            let (request, _) = req.into_parts();
            Ok(ServiceResponse::from_err(failure, request))
        }
    }
}

async fn check(who: Who, req: &HttpRequest) -> Result<(), Failure> {
    let visit = Visit::of(req)?;
    if matches!(who, Who::Anyone) {
        return Ok(());
    }
    let session = visit.session.as_ref().ok_or(Failure::SignedOut)?;
    if session.owes_second_step && who != Who::Own {
        return Err(Failure::OwesSecondStep);
    }
    match who {
        Who::Anyone | Who::Own | Who::Member => {}
        Who::Admin if session.member.platform_admin => {}
        Who::Admin => return Err(Error::Denied(Denial::Role).into()),
        Who::Brand(permission) => {
            let seat = visit.seat().ok_or(Error::Denied(Denial::Role))?;
            seat.may(permission)?;
            req.extensions_mut().insert(staff(&session.member, seat));
        }
        Who::Account(permission) => {
            let desk = desk(req, session, permission).await?;
            look_around(req, &visit, desk.account.brand_id).await?;
            req.extensions_mut().insert(desk.staff.clone());
            req.extensions_mut().insert(desk);
        }
    }
    match visit.seat() {
        Some(seat) => look_around(req, &visit, seat.brand.id).await,
        None => Ok(()),
    }
}

/// Finds the accounts that the switcher shows, unless they are known: a page has one brand.
async fn look_around(req: &HttpRequest, visit: &Visit, brand: BrandId) -> Result<(), Failure> {
    if visit.has_neighbours() {
        return Ok(());
    }
    let app = req.app_data::<web::Data<App>>().ok_or_else(|| missing("account"))?;
    let within = Within { brands: Some(vec![brand]), ..Within::default() };
    let limit = NEAR as i64 + 1;
    let found = app.read(move |conn| accounts::page(conn, &within, None, limit)).await?;
    visit.keep_neighbours(found);
    Ok(())
}

fn staff(member: &Member, seat: &Seat) -> Staff {
    Staff { member: member.clone(), seat: seat.clone() }
}

/// Another brand's account is as good as none: that it is there is nobody else's business here.
async fn desk(
    req: &HttpRequest,
    session: &Session,
    permission: Permission,
) -> Result<Desk, Failure> {
    let app = req.app_data::<web::Data<App>>().ok_or_else(|| missing("account"))?;
    let handle = req.match_info().get("handle").unwrap_or_default();
    let account = app.account(handle).await?;
    let seat = visits::seat(app, session, account.brand_id).await?;
    let seat = seat.ok_or_else(|| missing("account"))?;
    seat.may(permission)?;
    if account.state == State::Closed && !goes_on(req) {
        return Err(Error::Conflict("account_closed").into());
    }
    let id = account.id;
    let me = session.member.id;
    let (unread, mentions) = if allows(seat.role, Permission::Inbox) {
        app.read(move |conn| Ok((figures::unread(conn, id)?, notes::unseen(conn, id, me)?))).await?
    } else {
        (0, 0)
    };
    Ok(Desk { staff: staff(&session.member, &seat), account, unread, mentions })
}

/// What goes on in a closed account: looking, opening it again, and what people may ask for by law.
fn goes_on(req: &HttpRequest) -> bool {
    if *req.method() != Method::POST {
        return true;
    }
    let action = req.match_pattern().map(|pattern| recording::action(&pattern)).unwrap_or_default();
    action == "account-close-reopen"
        || action.starts_with("account-privacy-")
        || recording::UNRECORDED.contains(&&*action)
}

impl FromRequest for Staff {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(req.extensions().get::<Self>().cloned().ok_or(Failure::SignedOut))
    }
}

impl FromRequest for Desk {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(req.extensions().get::<Self>().cloned().ok_or(Failure::SignedOut))
    }
}
