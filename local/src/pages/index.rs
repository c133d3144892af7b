//! The first page of the desk: what runs and where to go.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::Shared;
use super::html::escape;

pub(super) async fn page(State(desk): Shared) -> Response {
    let workers = desk.lambda.workers();
    let functions = desk.city.functions.iter().fold(String::new(), |rows, function| {
        let running = workers.get(&function.name).copied().unwrap_or_default();
        format!(
            "{rows}<tr><td><code>{}</code></td><td>{}</td><td>{running}</td></tr>",
            escape(&function.name),
            escape(&triggers(function))
        )
    });
    let queues = desk
        .aws
        .queues
        .names()
        .iter()
        .fold(String::new(), |rows, name| {
            let depth = desk.aws.queues.depth(name).ok();
            let (waiting, taken, later) = depth.map_or((0, 0, 0), |depth| (depth.visible, depth.in_flight, depth.delayed));
            let name = escape(name);
            format!("{rows}<tr><td><a href=\"/_local/queues/{name}\"><code>{name}</code></a></td><td>{waiting}</td><td>{taken}</td><td>{later}</td></tr>")
        });
    let people = desk.identity.people().iter().fold(String::new(), |rows, person| {
        format!(
            "{rows}<tr><td>{}</td><td>{} <span lang=en>{}</span></td><td><code>{}</code></td></tr>",
            escape(&person.name),
            escape(&person.about),
            escape(&person.about_en),
            escape(&person.sub)
        )
    });
    let body = format!(
        "<p>這座城市在您的電腦上執行，依 <code>template.yaml</code> 組成。\
         <span lang=en>This city runs on your machine, wired from <code>template.yaml</code>.</span></p>\
         <p><a href=\"/\">前往市民網站 <span lang=en>Open the site</span></a> · \
         <a href=\"/sign-in\">登入 <span lang=en>Sign in</span></a> · \
         <a href=\"/_local/mail\">看信 <span lang=en>Read mail</span></a> · \
         <a href=\"/_local/pay\">金流測試 <span lang=en>Payment sandbox</span></a></p>\
         <h2>可登入的人 <span lang=en>Who can sign in</span></h2><table>{people}</table>\
         <h2>函式 <span lang=en>Functions</span></h2>\
         <table><tr><th>名稱 <span lang=en>Name</span></th><th>由誰啟動 <span lang=en>Started by</span></th>\
         <th>執行中 <span lang=en>Running</span></th></tr>{functions}</table>\
         <h2>佇列 <span lang=en>Queues</span></h2>\
         <table><tr><th>名稱 <span lang=en>Name</span></th><th>等待 <span lang=en>Waiting</span></th>\
         <th>處理中 <span lang=en>In flight</span></th><th>延後 <span lang=en>Delayed</span></th></tr>{queues}</table>\
         <h2>給程式 <span lang=en>For programs</span></h2><p><a href=\"/_local/health\">health</a> · \
         <a href=\"/_local/calls\">calls</a> · <a href=\"/_local/queues\">queues</a> · \
         <a href=\"/_local/functions\">functions</a> · <a href=\"/_local/faults\">faults</a> · \
         <a href=\"/_local/mail.json\">mail.json</a> · <a href=\"/_local/sms.json\">sms.json</a> · <a href=\"/_local/people.json\">people.json</a> · \
         <a href=\"/_local/pay/orders.json\">orders.json</a></p>"
    );
    super::page(StatusCode::OK, "本機城市 Local city", &body)
}

fn triggers(function: &crate::template::Function) -> String {
    let mut parts = Vec::new();
    if !function.routes.is_empty() {
        parts.push(format!("{} HTTP", function.routes.len()));
    }
    parts.extend(function.queues.iter().map(|source| source.queue.clone()));
    parts.extend(function.streams.iter().map(|source| format!("{} stream", source.table)));
    parts.extend(function.schedules.iter().map(|source| format!("{} schedule", source.name)));
    parts.join(", ")
}
