//! Puts the parts together: template, services, functions, sources, gateway, pages.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::Router;
use axum::serve::ListenerExt as _;
use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::aws::{self, Aws, Listen, Spec};
use crate::gateway::{self, Gateway, Routes};
use crate::identity::{Client, Identity};
use crate::lambda::{Lambda, Setup};
use crate::pages::{self, Desk};
use crate::registers::Registers;
use crate::sandbox::{self, Sandbox};
use crate::sms::SmsGateway;
use crate::sources::{self, Wiring};
use crate::template::{self, ACCOUNT, City, Function, Given, REGION, arn};
use crate::{builder, console, schedules};

/// Workers of a function whose concurrency the template does not limit.
const WORKERS: u32 = 4;
/// How long work may go on when the city stops.
const PARTING: Duration = Duration::from_secs(3);
/// The secret key of every caller; nothing is secret on one machine.
const SECRET_KEY: &str = "local";
/// The logical id of the secret that the identity server checks.
const CLIENT_SECRET: &str = "IdentityClientSecret";
/// The logical id of the secret with the city's accounts at payment providers.
const PAYMENT_ACCOUNTS: &str = "PaymentAccounts";

/// How a city is to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The text of the template.
    pub template: String,
    /// Where the binaries of the functions are.
    pub binaries: PathBuf,
    /// Prepared by [`crate::data::prepare`].
    pub data: PathBuf,
    pub host: IpAddr,
    /// 0 takes a free one.
    pub port: u16,
    /// How far the clock of the functions is ahead, in seconds.
    pub clock_offset: Option<i64>,
    /// See [`Wiring::retry_after`].
    pub retry_after: Option<Duration>,
    /// Payloads for the function `catalogue`, run once at the start.
    pub seeds: Vec<String>,
}

/// A city that runs until this is stopped or dropped.
pub struct Running {
    /// `http://localhost:8080`
    pub origin: String,
    pub desk: Arc<Desk>,
    closing: watch::Sender<bool>,
    server: JoinSet<()>,
    sources: JoinSet<()>,
    schedules: JoinSet<()>,
    notices: JoinSet<()>,
}

impl Running {
    /// Takes no new work, lets requests end that are under way, and ends every process.
    pub async fn stop(mut self) {
        self.schedules.shutdown().await;
        self.notices.shutdown().await;
        self.closing.send_replace(true);
        let ended = tokio::time::timeout(PARTING, async {
            while self.server.join_next().await.is_some() {}
            while self.sources.join_next().await.is_some() {}
        });
        if ended.await.is_err() {
            console::complain("有工作尚未結束就停止 some work was cut off");
        }
        self.server.shutdown().await;
        self.sources.shutdown().await;
        self.desk.lambda.stop().await;
    }
}

/// The name of the identity server at `origin`, which is also where it is.
#[must_use]
pub fn issuer(origin: &str) -> String {
    format!("{origin}/_local/identity")
}

/// Reads a template as the city would at this address.
pub fn read_template(text: &str, origin: &str, queue_base: Option<String>) -> anyhow::Result<City> {
    let parameters = [
        ("PublicOrigin", origin.to_owned()),
        ("IdentityIssuer", issuer(origin)),
        ("RegistersUrl", format!("{origin}/_local/registers")),
        ("SmsUrl", format!("{origin}/_local/sms")),
        ("IdentityLevels", "acr:account=1 acr:verified=2".to_owned()),
    ];
    let mut given = Given {
        parameters: parameters.map(|(name, value)| (name.to_owned(), value)).into(),
        ..Given::default()
    };
    if let Some(base) = queue_base {
        given.queue_base = base;
    }
    Ok(template::read(text, &given)?)
}

/// Starts everything. What an error says is meant for the person at the terminal.
pub async fn start(options: Options) -> anyhow::Result<Running> {
    let listener = bind(options.host, options.port).await?;
    let origin = format!("http://localhost:{}", listener.local_addr()?.port());
    let city = read_template(&options.template, &origin, None)?;
    builder::check(&city, &options.binaries)?;
    let aws = Arc::new(start_services(&city, &options).await?);
    // Only now is it known where the queues are.
    let base = aws.endpoints.queue_url("");
    let city = read_template(&options.template, &origin, Some(base.trim_end_matches('/').to_owned()))?;

    give_payment_accounts(&city, &aws, &origin)?;
    let clock = sandbox::Clock::ahead_by(options.clock_offset.unwrap_or_default());
    let payments = Sandbox::open(&options.data.join("pay"), clock)?;

    let setups = city.functions.iter().map(|function| setup(function, &aws, &options)).collect();
    let lambda = Lambda::start(setups, options.data.join("logs")).await?;
    let killer = lambda.clone();
    aws.faults.on_kill(move |function| {
        let _ = killer.kill(function);
    });
    let desk = Arc::new(Desk {
        identity: Arc::new(identity(&city, &origin, issuer(&origin), options.clock_offset)?),
        registers: Registers::open(options.data.join("registers.json"))?,
        sms: SmsGateway::default(),
        client_secret: CLIENT_SECRET.to_owned(),
        lambda: lambda.clone(),
        origin: origin.clone(),
        aws: Arc::clone(&aws),
        city,
    });
    let (closing, closed) = watch::channel(false);
    let mut server = JoinSet::new();
    server.spawn(serve(listener, Arc::clone(&desk), payments.router(), closed.clone()));
    seed(&options.seeds, &lambda).await;
    let wiring = Wiring {
        lambda: lambda.clone(),
        queues: Arc::clone(&aws.queues),
        streams: aws.streams.clone(),
        retry_after: options.retry_after,
        closing: closed,
    };
    let sources = sources::start(&desk.city, &wiring)?;
    let schedules = schedules::start(&desk.city, &lambda);
    let notices = payments.send_notices();
    Ok(Running { origin, desk, closing, server, sources, schedules, notices })
}

async fn bind(host: IpAddr, port: u16) -> anyhow::Result<TcpListener> {
    match TcpListener::bind((host, port)).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(
            "埠 {port} 已被使用：請停止使用它的程式，或以 --port 指定其他埠（--port 0 自動選擇）。\n\
             port {port} is in use: stop the program that uses it, or name another with --port (--port 0 picks one)"
        ),
        Err(error) => {
            Err(error).with_context(|| format!("無法在 {host}:{port} 上服務 cannot listen on {host}:{port}"))
        }
    }
}

async fn start_services(city: &City, options: &Options) -> anyhow::Result<Aws> {
    let mut callers = city.functions.iter().map(|function| function.name.clone()).collect::<Vec<_>>();
    callers.push("local".to_owned());
    let sender = city.parameter("MailSender");
    let spec = Spec {
        region: REGION.to_owned(),
        account: ACCOUNT.to_owned(),
        callers,
        secret_key: SECRET_KEY.to_owned(),
        tables: city.tables.clone(),
        queues: city.queues.clone(),
        buckets: city.buckets.clone(),
        secrets: city.secrets.clone(),
        mail_sender: (!sender.is_empty()).then(|| sender.to_owned()),
        mail_configuration_set: city.mail.configuration_set.clone(),
        mail_events_queue: city.mail.queue.clone(),
        mail_event_types: city.mail.event_types.clone(),
    };
    aws::start(spec, &options.data.join("aws"), Listen::default()).await
}

/// What a function gets: the template's environment, the services' addresses, nothing else.
fn setup(function: &Function, aws: &Aws, options: &Options) -> Setup {
    let mut environment = function.environment.clone();
    let own: BTreeMap<&str, &str> = [
        ("AWS_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", &function.name),
        ("AWS_SECRET_ACCESS_KEY", SECRET_KEY),
        ("AWS_ENDPOINT_URL_DYNAMODB", &aws.endpoints.dynamodb),
        ("AWS_ENDPOINT_URL_SQS", &aws.endpoints.sqs),
        ("AWS_ENDPOINT_URL_SES", &aws.endpoints.ses),
        ("AWS_ENDPOINT_URL_S3", &aws.endpoints.s3),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", &aws.endpoints.secrets),
    ]
    .into();
    environment.extend(own.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
    if let Some(offset) = options.clock_offset {
        environment.insert("CITY_CLOCK_OFFSET_SECONDS".to_owned(), offset.to_string());
    }
    Setup {
        name: function.name.clone(),
        arn: arn("lambda", &format!("function:{}", function.name)),
        binary: options.binaries.join(&function.name),
        timeout: Duration::from_secs(function.timeout.into()),
        memory: function.memory,
        concurrency: usize::try_from(function.concurrency.unwrap_or(WORKERS)).unwrap_or(1),
        keep_warm: !function.routes.is_empty(),
        environment,
    }
}

/// The identity server of the city at `origin`, whose functions are `ahead` seconds.
pub fn identity(city: &City, origin: &str, issuer: String, ahead: Option<i64>) -> anyhow::Result<Identity> {
    let client = Client {
        id: city.parameter("IdentityClientId").to_owned(),
        redirect_uri: format!("{origin}/sign-in/callback"),
    };
    Identity::new(client, issuer, SignedDuration::from_secs(ahead.unwrap_or_default()))
}

/// The accounts are those of the sandbox, which is where the city is: at every start perhaps somewhere else.
/// They are there before a function asks. What is the same already stays, so that the value before it
/// remains the one before.
fn give_payment_accounts(city: &City, aws: &Aws, origin: &str) -> anyhow::Result<()> {
    let accounts = sandbox::accounts(origin);
    let is_wanted = city.secrets.iter().any(|secret| secret.name == PAYMENT_ACCOUNTS);
    if is_wanted && aws.secrets.value(PAYMENT_ACCOUNTS)?.as_ref() != Some(&accounts) {
        aws.secrets.put(PAYMENT_ACCOUNTS, &accounts)?;
    }
    Ok(())
}

async fn serve(listener: TcpListener, desk: Arc<Desk>, payments: Router, mut closed: watch::Receiver<bool>) {
    let gateway = Arc::new(Gateway::new(Routes::of(&desk.city), desk.lambda.clone()));
    let routes: Router = pages::router(desk)
        .merge(payments)
        .fallback_service(Router::new().fallback(gateway::handle).with_state(gateway));
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    let closing = async move {
        let _ = closed.wait_for(|closed| *closed).await;
    };
    if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(closing).await {
        console::complain(&format!("the HTTP API has ended: {error}"));
    }
}

async fn seed(seeds: &[String], lambda: &Lambda) {
    for payload in seeds {
        if let Err(error) = lambda.invoke("catalogue", payload.clone()).await {
            console::complain(&format!("服務項目未匯入 the service items were not imported: {error}"));
        }
    }
}
