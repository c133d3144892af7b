//! What the case page shows of the money of a case (規費與繳費).

use domain::case::{Case, Document};
use domain::money::Twd;
use domain::payment::attempt::Attempt;
use domain::payment::ledger::Ledger;
use domain::payment::refund::RefundFile;
use domain::payment::standing::{Posted, Standing};
use domain::payment::{Means, Provider, RefundState};
use domain::taipei;
use domain::text::{Lang, Text};

use crate::dossier::Dossier;
use crate::{labels, money, timeline};

/// A sum or an instant, and how it was computed.
pub struct Sum {
    pub term: String,
    pub value: String,
    pub how: Vec<String>,
}

pub struct Payment {
    pub amount: String,
    pub by: String,
    pub trade_no: String,
    pub order_no: String,
    pub paid_at: String,
    pub heard_at: Option<String>,
    pub counted: String,
    pub class: &'static str,
}

pub struct OpenAttempt {
    pub amount: String,
    pub by: String,
    pub order_no: String,
    pub made_at: String,
    pub until: String,
}

pub struct Flagged {
    pub text: String,
    pub class: &'static str,
}

pub struct Proof {
    pub file_name: String,
    pub href: Option<String>,
}

pub struct Refund {
    pub number: u32,
    pub state: String,
    pub class: &'static str,
    /// Term and value.
    pub facts: Vec<(String, String)>,
    pub contacts: Vec<String>,
    pub proofs: Vec<Proof>,
    pub lacks: Option<String>,
    /// Nobody has decided on it yet.
    pub open: bool,
}

pub struct FeeCard {
    pub status: String,
    pub class: &'static str,
    /// That an unposted fee is no ground of refusal, while it is of interest.
    pub no_ground: Option<String>,
    pub sums: Vec<Sum>,
    pub payments: Vec<Payment>,
    pub attempts: Vec<OpenAttempt>,
    pub flags: Vec<Flagged>,
    pub refunds: Vec<Refund>,
}

/// `None` where no fee is due, will be, or was ever paid.
pub fn card(dossier: &Dossier, lang: Lang) -> Option<FeeCard> {
    let case = dossier.case();
    let ledger = &case.ledger;
    if ledger.entries.is_empty() && case.assessed.is_none() {
        return None;
    }
    let standing = ledger.standing();
    let shown = Shown { dossier, ledger, lang };
    Some(FeeCard {
        status: standing.status.text().pick(lang).to_owned(),
        class: labels::fee_class(standing.status),
        no_ground: money::no_ground(ledger).map(|text| text.pick(lang).to_owned()),
        sums: shown.sums(case, &standing),
        payments: standing.payments.iter().map(|payment| shown.payment(payment)).collect(),
        attempts: ledger.open_attempts().map(|attempt| shown.attempt(attempt)).collect(),
        flags: standing
            .flags
            .iter()
            .map(|flag| Flagged {
                text: flag.text().pick(lang).to_owned(),
                class: if flag.waits_for_cashier() { "tag-warn" } else { "" },
            })
            .collect(),
        refunds: ledger.refunds().iter().map(|file| shown.refund(file)).collect(),
    })
}

struct Shown<'a> {
    dossier: &'a Dossier,
    ledger: &'a Ledger,
    lang: Lang,
}

impl Shown<'_> {
    fn pick(&self, zh: &str, en: &str) -> String {
        self.lang.pick(zh, en).to_owned()
    }

    fn twd(&self, amount: &str) -> String {
        match self.lang {
            Lang::ZhHant => format!("新臺幣 {amount} 元"),
            Lang::En => format!("NT${amount}"),
        }
    }

    fn instant(&self, instant: jiff::Timestamp) -> String {
        taipei::shown_instant(instant, self.lang)
    }

    fn lines(&self, lines: &[Text]) -> Vec<String> {
        lines.iter().map(|line| line.pick(self.lang).to_owned()).collect()
    }

    fn sums(&self, case: &Case, standing: &Standing) -> Vec<Sum> {
        let computed = money::computation(standing);
        let sum = |zh, en, value, how: &[Text]| Sum { term: self.pick(zh, en), value, how: self.lines(how) };
        let mut sums = Vec::new();
        if let (None, Some(assessed)) = (self.ledger.fee(), &case.assessed) {
            let value = self.twd(&assessed.amount.to_string());
            sums.push(sum("核定規費，核發時繳納", "Fee, due on issue", value, &assessed.lines));
        } else {
            let value = self.twd(&standing.due.to_string());
            sums.push(sum("應繳規費", "Due", value, &money::fee_lines(self.ledger)));
        }
        let net = self.twd(&money::grouped(standing.net));
        sums.push(sum("淨入帳", "Net posted", net, &[computed.net]));
        if let Some(how) = computed.outstanding {
            let value = self.twd(&standing.outstanding().to_string());
            sums.push(sum("尚應繳", "Outstanding", value, &[how]));
        }
        let held = [
            ("暫收待處理", "In suspense", standing.suspense),
            ("查無對應訂單之款項", "For no known order", standing.unmatched),
        ];
        for (zh, en, amount) in held {
            if amount > Twd::ZERO {
                sums.push(sum(zh, en, self.twd(&amount.to_string()), &[]));
            }
        }
        if standing.refund_in_progress > Twd::ZERO {
            let value = self.twd(&standing.refund_in_progress.to_string());
            sums.push(sum("退費辦理中", "Being paid back", value, &[]));
        }
        if let Some(how) = computed.refundable {
            let value = self.twd(&standing.refundable.to_string());
            sums.push(sum("可退還", "Refundable", value, &[how]));
        }
        if let Some(at) = self.ledger.posted_at() {
            sums.push(sum("入帳時間", "Posted", self.instant(at), &[]));
        }
        sums
    }

    fn by(&self, provider: Provider, means: Option<Means>) -> String {
        let provider = provider.text();
        let Some(means) = means.map(Means::text) else { return provider.pick(self.lang).to_owned() };
        match self.lang {
            Lang::ZhHant => format!("{} · {}", provider.zh, means.zh),
            Lang::En => format!("{}, {}", provider.en, means.en),
        }
    }

    fn payment(&self, payment: &Posted) -> Payment {
        let (counted, class) = labels::counted(payment.applied);
        Payment {
            amount: self.twd(&payment.amount.to_string()),
            by: self.by(payment.provider, money::means_of(self.ledger, payment)),
            trade_no: payment.trade_no.clone(),
            order_no: payment.order_no.to_string(),
            paid_at: self.instant(payment.paid_at),
            heard_at: money::heard_at(self.ledger, payment).map(|at| self.instant(at)),
            counted: counted.pick(self.lang).to_owned(),
            class,
        }
    }

    fn attempt(&self, attempt: &Attempt) -> OpenAttempt {
        OpenAttempt {
            amount: self.twd(&attempt.amount.to_string()),
            by: self.by(attempt.provider, Some(attempt.means)),
            order_no: attempt.order_no.to_string(),
            made_at: self.instant(attempt.made_at),
            until: self.instant(attempt.settles_at()),
        }
    }

    fn refund(&self, file: &RefundFile) -> Refund {
        let declined = file.declined.is_some();
        let (state, class) = match file.state {
            _ if declined => (Text::new("不同意", "declined"), "tag-bad"),
            state @ RefundState::Settled => (labels::refund(state), "tag-good"),
            state @ (RefundState::Failed | RefundState::Bounced) => (labels::refund(state), "tag-bad"),
            state => (labels::refund(state), "tag-warn"),
        };
        let contact = |contact: &domain::payment::refund::Contact| {
            let who = timeline::party(self.dossier, contact.by, self.lang);
            let (when, how) = (self.instant(contact.when), contact.how.text());
            format!("{when} · {} · {who}\n{}", how.pick(self.lang), contact.result)
        };
        let proof = |document: &Document| Proof {
            file_name: document.file_name.reveal().clone(),
            href: self
                .dossier
                .opens_files
                .then(|| format!("/work/{}/files/{}", self.dossier.case().id, document.upload)),
        };
        Refund {
            number: file.number,
            state: state.pick(self.lang).to_owned(),
            class,
            facts: self.facts(file),
            contacts: file.contacts.iter().map(contact).collect(),
            proofs: file.proofs.iter().map(proof).collect(),
            lacks: file
                .lacks()
                .filter(|_| file.is_open())
                .map(|lack| labels::lack(lack).pick(self.lang).to_owned()),
            open: file.is_open(),
        }
    }

    fn facts(&self, file: &RefundFile) -> Vec<(String, String)> {
        let request = &file.request;
        let who = |party| timeline::party(self.dossier, party, self.lang);
        let asked = format!("{} · {}", who(file.requested_by), self.instant(file.requested_at));
        let provider = request.provider.text();
        let mut facts = vec![
            (self.pick("金額", "Amount"), self.twd(&request.amount.to_string())),
            (self.pick("原繳費", "Payment"), format!("{} {}", provider.pick(self.lang), request.trade_no)),
            (self.pick("事由", "Ground"), request.ground.text().pick(self.lang).to_owned()),
            (self.pick("理由", "Reason"), request.reason.clone()),
            (self.pick("提出", "Asked for by"), asked),
        ];
        if let Some(by) = file.accepted_by {
            facts.push((self.pick("核准", "Accepted by"), who(by)));
        }
        if let Some((amount, days)) = money::interest(file) {
            let text = match self.lang {
                Lang::ZhHant => format!("新臺幣 {amount} 元（{days} 日，由機關另行撥付）"),
                Lang::En if days == 1 => format!("NT${amount} (1 day; paid by the agency, apart)"),
                Lang::En => format!("NT${amount} ({days} days; paid by the agency, apart)"),
            };
            facts.push((self.pick("加計利息", "Interest"), text));
        }
        if let Some(route) = &file.route {
            let mut text = labels::route(route).pick(self.lang).to_owned();
            if let domain::payment::refund::Route::Remittance { reference } = route {
                text = format!("{text} · {reference}");
            }
            facts.push((self.pick("退款方式", "Way"), text));
        }
        if let Some(reason) = &file.declined {
            facts.push((self.pick("不同意之理由", "Declined because"), reason.clone()));
        }
        facts
    }
}
