//! `tapewright inspect`.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tapewright_engine::{CONTRACT, Limits, OpenError, Opening, toolchain};
use tapewright_model::{Digest, Entry, Kind, ParamDecl, Plan, Symbol, params_text};

use crate::args::{Args, Inspect};
use crate::config::Config;
use crate::failure::{Failure, Outcome};
use crate::grants::{Granted, Grants};
use crate::plugin_ref::{self, PluginRef};
use crate::screen::Screen;
use crate::setting;

pub(crate) fn inspect(args: &Args, inspect: &Inspect) -> Result<Outcome, Failure> {
    let mut screen = Screen::new();
    let reference = PluginRef::parse(&inspect.plugin)?;
    let engine = setting::engine(&setting::home(args)?)?;
    let config = setting::config(args)?;
    let (plugin, bytes) = plugin_ref::load(&engine, &reference.path)?;
    let (name, limits) = (reference.alias()?, Limits::default());
    let entries = plugin_ref::entries(&plugin, &name, &limits)?;
    let kinds: Vec<String> = plugin.kinds().iter().map(Kind::to_string).collect();
    let also = [(plugin.learns(), "feedback"), (plugin.trainable(), "trainable")];
    let kinds: Vec<String> =
        kinds.into_iter().chain(also.into_iter().filter(|(has, _)| *has).map(|(_, name)| name.to_owned())).collect();
    let imports: Vec<&str> = plugin.imports().iter().map(String::as_str).collect();
    let toolchain = toolchain(&bytes).unwrap_or_else(|| "not named".to_owned());
    // a plan needs one entry: the one that is named, or the only one
    let wants_plan = reference.entry.is_some() || entries.len() == 1;
    let mut refused = None;
    let plan = if wants_plan {
        let (kind, entry) = plugin_ref::choose(entries.clone(), &reference, inspect.kind.map(Kind::from))?;
        let given = inspect.params.iter().map(|text| plugin_ref::pair(text)).collect::<Result<Vec<_>, _>>()?;
        let params = plugin_ref::params(&entry, &given)?;
        let symbols = inspect.symbols.iter().map(|text| Symbol::new(text)).collect::<Result<Vec<_>, _>>()?;
        let limits = Limits { memory_bytes_granted: u64::MAX, ..limits };
        let opening = Opening {
            plugin: &name,
            kind,
            entry: &entry.name,
            symbols: &symbols,
            params: &params,
            artefact: None,
            limits: &limits,
        };
        match plugin.open(&opening) {
            Ok(opened) => Some((kind, entry, params_text(&params), opened.plan().as_ref().clone())),
            // nobody asked for this entry's plan by name: the rest is worth showing without it
            Err(OpenError::Refused(refusal)) if reference.entry.is_none() => {
                refused = Some(refusal.to_string());
                None
            }
            Err(error) => {
                return Err(Failure::from(error).at(format!("{} {}", entry.name, params_text(&params)).trim()));
            }
        }
    } else {
        None
    };
    let asks = Asks { grants: &Grants::new(&config, &[]), component: plugin.digest(), alias: &name, config: &config };
    if inspect.json {
        let value = json!({
            "digest": plugin.digest().to_string(), "bytes": plugin.bytes(), "contract": CONTRACT, "kinds": kinds,
            "imports": imports, "toolchain": toolchain,
            "entries": entries.iter().map(|(kind, entry)| entry_json(*kind, entry)).collect::<Vec<_>>(),
            "refused": refused,
            "plan": plan.as_ref().map(|(kind, entry, params, plan)| plan_json(*kind, &entry.name, params, plan)),
            "asks": plan.as_ref().map(|(.., plan)| asks.json(plan)),
        });
        screen.line(format!("{value:#}"))?;
        screen.finish()?;
        return Ok(Outcome::Done);
    }
    screen.line(format!("{}", reference.path.display()))?;
    screen.line(format!("  digest     {}", plugin.digest()))?;
    screen.line(format!("  size       {} bytes", plugin.bytes()))?;
    screen.line(format!("  contract   {CONTRACT}"))?;
    screen.line(format!("  kinds      {}", kinds.join(", ")))?;
    screen
        .line(format!("  imports    {}", if imports.is_empty() { "nothing".to_owned() } else { imports.join(", ") }))?;
    screen.line(format!("  toolchain  {toolchain}"))?;
    for (kind, entry) in &entries {
        screen.line(format!(
            "\n{kind} `{}`{}: {}",
            entry.name,
            if entry.panel { " (panel)" } else { "" },
            entry.summary
        ))?;
        for param in &entry.params {
            screen.line(format!("  --param {}", param_line(param)))?;
        }
    }
    if let Some((kind, entry, params, plan)) = &plan {
        screen.line(plan_text(*kind, entry, params, plan, &asks.text(plan)).trim_end())?;
        if let Some(hint) = asks.missing(plan) {
            screen.line(format!("\n{hint}"))?;
        }
    } else if let Some(refused) = refused {
        screen.line(format!("\nno plan: {refused}"))?;
    } else {
        screen.line("\nhint: add #ENTRY to see an entry's plan")?;
    }
    screen.finish()?;
    Ok(Outcome::Done)
}

/// What a component asks for, and whether it is granted.
struct Asks<'a> {
    grants: &'a Grants<'a>,
    config: &'a Config,
    component: Digest,
    alias: &'a str,
}

impl Asks<'_> {
    /// What a plan asks for beyond what every plugin has, and what is granted.
    fn beyond(&self, plan: &Plan) -> Option<(u64, Granted)> {
        let asked = plan.memory_bytes.filter(|asked| *asked > Limits::default().memory_bytes)?;
        Some((asked, self.grants.of(&self.component, self.alias)))
    }

    fn text(&self, plan: &Plan) -> String {
        let Some((asked, granted)) = self.beyond(plan) else {
            return plan
                .memory_bytes
                .map_or("nothing".to_owned(), |asked| format!("{asked} bytes of memory, which every plugin has"));
        };
        let path = self.config.path.display();
        let said = match granted.whom {
            Some(whom) if asked <= granted.memory_bytes => format!("granted by {whom} of {path}"),
            Some(whom) => format!("not granted: {whom} of {path} grants {} bytes", granted.memory_bytes),
            None => "not granted".to_owned(),
        };
        format!("{asked} bytes of memory: {said}")
    }

    /// How what is not granted is granted.
    fn missing(&self, plan: &Plan) -> Option<String> {
        let (asked, granted) = self.beyond(plan)?;
        (asked > granted.memory_bytes).then(|| self.grants.hint(&self.component, asked))
    }

    fn json(&self, plan: &Plan) -> Value {
        let granted = self.grants.of(&self.component, self.alias).memory_bytes;
        let asked = plan.memory_bytes;
        json!({ "memory_bytes": asked, "memory_bytes_granted": granted,
            "granted": asked.is_none_or(|asked| asked <= granted) })
    }
}

fn param_line(param: &ParamDecl) -> String {
    let default = param.default.as_ref().map_or("…".to_owned(), ToString::to_string);
    format!("{}={default}  {} ({})", param.name, param.summary, param.kind)
}

fn plan_text(kind: Kind, entry: &Entry, params: &str, plan: &Plan, asks: &str) -> String {
    let mut text = format!("\nplan of {kind} `{}` {params}\n", entry.name);
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "  {name:<10} {value}");
    };
    line("rows", plan.timeframe.map_or("the data's own".to_owned(), |timeframe| format!("closed bars of {timeframe}")));
    line("reads", plan.columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    for warm_up in &plan.warm_up {
        line(
            "warm-up",
            format!("{} rows{}", warm_up.rows, warm_up.timeframe.map_or(String::new(), |of| format!(" of {of}"))),
        );
    }
    line(
        "memory",
        plan.memory_rows
            .map_or("promises nothing: rebuilt from the first row".to_owned(), |rows| format!("the last {rows} rows")),
    );
    line("asks for", asks.to_owned());
    if plan.one_row_a_push() {
        line(
            "pushes",
            format!("one row each ({})", if plan.learns { "it learns" } else { "it reads its own account" }),
        );
    }
    for output in &plan.outputs {
        line(
            "output",
            format!(
                "{}  {}{}",
                output.name,
                output.summary,
                if output.unit.is_empty() { String::new() } else { format!(" [{}]", output.unit) }
            ),
        );
    }
    for pattern in &plan.patterns {
        let evidence = pattern.evidence.iter().map(|decl| decl.name.as_str()).collect::<Vec<_>>().join(", ");
        let evidence = if evidence.is_empty() { evidence } else { format!("; says {evidence}") };
        line(
            "pattern",
            format!(
                "{}  {}; judged by {} over {}{evidence}",
                pattern.name, pattern.summary, pattern.rule, pattern.horizon
            ),
        );
    }
    if !plan.reasons.is_empty() {
        line("reasons", plan.reasons.join(", "));
    }
    text
}

fn entry_json(kind: Kind, entry: &Entry) -> Value {
    let param = |param: &ParamDecl| {
        json!({ "name": param.name, "summary": param.summary, "takes": param.kind.to_string(),
            "default": param.default.as_ref().map(ToString::to_string) })
    };
    json!({ "kind": kind.to_string(), "name": entry.name, "summary": entry.summary, "panel": entry.panel,
        "params": entry.params.iter().map(param).collect::<Vec<_>>() })
}

fn plan_json(kind: Kind, entry: &str, params: &str, plan: &Plan) -> Value {
    json!({
        "kind": kind.to_string(), "entry": entry, "params": params,
        "timeframe": plan.timeframe.map(|timeframe| timeframe.to_string()),
        "columns": plan.columns.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "warm_up": plan.warm_up.iter().map(|warm_up| json!({ "timeframe": warm_up.timeframe.map(|of| of.to_string()), "rows": warm_up.rows })).collect::<Vec<_>>(),
        "memory_rows": plan.memory_rows, "memory_bytes": plan.memory_bytes, "learns": plan.learns,
        "outputs": plan.outputs.iter().map(|output| json!({ "name": output.name, "summary": output.summary, "unit": output.unit })).collect::<Vec<_>>(),
        "patterns": plan.patterns.iter().map(|pattern| json!({
            "name": pattern.name, "summary": pattern.summary, "rule": pattern.rule.to_string(), "horizon": pattern.horizon.to_string(),
            "evidence": pattern.evidence.iter().map(|decl| decl.name.as_str()).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "reasons": plan.reasons,
    })
}
