//! A loaded component: what it can do, and how its entries open.

use std::sync::{Arc, OnceLock};

use tapewright_model::{Digest, Entry, Fault, Kind, Param, Symbol};
use wasmtime::Store;
use wasmtime::component::{Component, ComponentExportIndex, Func, InstancePre};

use crate::call::{Call, Host, Owner};
use crate::contract::{self, Shape};
use crate::error::{LoadError, OpenError};
use crate::gate::Surface;
use crate::instance::Instance;
use crate::limits::Limits;
use crate::{interface, wire};

/// A component, compiled and ready to be instantiated any number of times. Cheap to clone.
#[derive(Clone)]
pub struct Plugin {
    inner: Arc<Inner>,
}

struct Inner {
    pre: InstancePre<Host>,
    digest: Digest,
    bytes: u64,
    imports: Vec<String>,
    detector: Option<Exports>,
    strategy: Option<Exports>,
    learn: Option<ComponentExportIndex>,
    fit: Option<ComponentExportIndex>,
    load: Option<ComponentExportIndex>,
    catalogs: [OnceLock<Arc<[Entry]>>; 2],
}

struct Exports {
    catalog: ComponentExportIndex,
    open: ComponentExportIndex,
    push: ComponentExportIndex,
}

/// What to open.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// The name under which faults speak of it.
    pub plugin: &'a str,
    /// Which interface.
    pub kind: Kind,
    /// Which entry of its catalog.
    pub entry: &'a str,
    /// One, or all of a panel.
    pub symbols: &'a [Symbol],
    /// Every declared parameter, in the order of the catalog.
    pub params: &'a [Param],
    /// What `fit` gave, for an entry that needs it.
    pub artefact: Option<&'a [u8]>,
    /// What the instance may use.
    pub limits: &'a Limits,
}

/// What to fit on.
#[derive(Clone, Copy, Debug)]
pub struct Fitting<'a> {
    /// The name under which faults speak of it.
    pub plugin: &'a str,
    /// The entry for which it is fitted.
    pub entry: &'a str,
    /// Its parameters, as for its opening.
    pub params: &'a [Param],
    /// Names of the features.
    pub columns: &'a [String],
    /// `rows[c * labels.len() + i]` is feature c of row i.
    pub rows: &'a [f64],
    /// What each row should have said.
    pub labels: &'a [f64],
    /// How much each row counts.
    pub weights: &'a [f64],
    /// For whatever is drawn by lot.
    pub seed: u64,
    /// What the instance may use.
    pub limits: &'a Limits,
}

impl Plugin {
    pub(crate) fn new(
        pre: InstancePre<Host>,
        digest: Digest,
        bytes: u64,
        surface: Surface,
    ) -> Result<Plugin, LoadError> {
        let component = pre.component();
        let find = |of: &str, name: &str| {
            let (_, interface) = component.get_export(None, interface(of))?;
            component.get_export_index(Some(&interface), name)
        };
        let exports = |of: &str| {
            Some(Exports { catalog: find(of, "catalog")?, open: find(of, "open")?, push: find(of, "push")? })
        };
        let (detector, strategy) = (exports("detector"), exports("strategy"));
        let learn = find("feedback", "learn");
        let (fit, load) = (find("trainable", "fit"), find("trainable", "load"));
        if detector.is_none() && strategy.is_none() {
            return Err(LoadError::NoKind);
        }
        let imports = surface.imports;
        let catalogs = [OnceLock::new(), OnceLock::new()];
        let inner = Inner { pre, digest, bytes, imports, detector, strategy, learn, fit, load, catalogs };
        Ok(Plugin { inner: Arc::new(inner) })
    }

    /// Digest of the file.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.inner.digest
    }

    /// Size of the file.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.inner.bytes
    }

    /// What it imports: the log, or nothing.
    #[must_use]
    pub fn imports(&self) -> &[String] {
        &self.inner.imports
    }

    /// The kinds that it exports.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        let kinds = [(Kind::Detector, &self.inner.detector), (Kind::Strategy, &self.inner.strategy)];
        kinds.into_iter().filter(|(_, exports)| exports.is_some()).map(|(kind, _)| kind).collect()
    }

    /// Whether it can be told outcomes.
    #[must_use]
    pub fn learns(&self) -> bool {
        self.inner.learn.is_some()
    }

    /// Whether it can be fitted.
    #[must_use]
    pub fn trainable(&self) -> bool {
        self.inner.fit.is_some()
    }

    /// The entries of a kind; empty for a kind that it does not export. Asked once and kept.
    ///
    /// # Errors
    /// When the call fails or the catalog breaks the contract.
    pub fn catalog(&self, kind: Kind, name: &str, limits: &Limits) -> Result<Arc<[Entry]>, Fault> {
        let Some(exports) = self.exports(kind) else { return Ok(Arc::new([])) };
        let cell = &self.inner.catalogs[kind as usize];
        if let Some(entries) = cell.get() {
            return Ok(Arc::clone(entries));
        }
        let (mut store, instance) = self.instantiate(name, "", limits)?;
        let func = func(&mut store, &instance, &exports.catalog, "catalog")?;
        let mut call = Call { store: &mut store, fuel: limits.fuel_per_call, export: "catalog" };
        let (entries,): wire::Catalog = call.checked(func, (), wire::DECLARATION_BYTES_MAX)?;
        let entries = contract::entries(entries).map_err(|breach| call.breach(breach.0))?;
        Ok(Arc::clone(cell.get_or_init(|| entries.into())))
    }

    /// Instantiates and opens an entry.
    ///
    /// # Errors
    /// The plugin's refusal, a fault, or memory that was not granted.
    pub fn open(&self, opening: &Opening<'_>) -> Result<Instance, OpenError> {
        let Opening { kind, limits, .. } = *opening;
        let symbol = opening.symbols.iter().map(Symbol::as_str).collect::<Vec<_>>().join(",");
        let (mut store, instance) = self.instantiate(opening.plugin, &symbol, limits)?;
        let mut call = Call { store: &mut store, fuel: limits.fuel_per_call, export: "open" };
        let Some(exports) = self.exports(kind) else {
            return Err(call.breach(format!("it exports no {kind}")).into());
        };
        if let Some(artefact) = opening.artefact {
            call.export = "load";
            let Some(load) = &self.inner.load else {
                return Err(call.breach("it exports no `trainable`".into()).into());
            };
            let load = func(call.store, &instance, load, "load")?;
            let args: wire::LoadArgs<'_> = (artefact,);
            let (loaded,): wire::Loaded = call.checked(load, args, wire::DECLARATION_BYTES_MAX)?;
            loaded.map_err(contract::refusal)?;
            call.export = "open";
        }
        let open = func(call.store, &instance, &exports.open, "open")?;
        let (symbols, params) = (contract::instruments(opening.symbols), contract::params(opening.params));
        let args: wire::OpenArgs<'_> = (opening.entry, &symbols, &params);
        let (result,): wire::Opened = call.checked(open, args, wire::DECLARATION_BYTES_MAX)?;
        let plan = result.map_err(contract::refusal)?;
        let plan = contract::plan(kind, plan).map_err(|breach| call.breach(breach.0))?;
        if plan.learns && self.inner.learn.is_none() {
            return Err(call.breach("its plan learns, but it exports no `feedback`".into()).into());
        }
        if let Some(asked) = plan.memory_bytes.filter(|asked| *asked > limits.memory_bytes) {
            let granted = limits.memory_bytes_granted;
            if asked > granted {
                return Err(OpenError::MemoryNotGranted { component: self.inner.digest, asked, granted });
            }
            store.data_mut().memory.max = asked;
        }
        let push = func(&mut store, &instance, &exports.push, "push")?;
        let learn = self.inner.learn.as_ref().filter(|_| plan.learns);
        let learn = learn.map(|learn| func(&mut store, &instance, learn, "learn")).transpose()?;
        let shape = Shape::new(&plan, opening.symbols.len());
        let plan = Arc::new(plan);
        Ok(Instance::new(store, (push, learn), kind, (plan, shape), limits.fuel_per_call)?)
    }

    /// Fits a model on labelled rows and gives the artefact that [`Opening::artefact`] takes.
    ///
    /// # Errors
    /// Any fault; a contract breach when it exports no `trainable`.
    pub fn fit(&self, fitting: &Fitting<'_>) -> Result<Vec<u8>, Fault> {
        let (mut store, instance) = self.instantiate(fitting.plugin, "", fitting.limits)?;
        let mut call = Call { store: &mut store, fuel: fitting.limits.fuel_per_call, export: "fit" };
        let Some(fit) = &self.inner.fit else {
            return Err(call.breach("it exports no `trainable`".into()));
        };
        let fit = func(call.store, &instance, fit, "fit")?;
        let spec = wire::FitSpec {
            entry: fitting.entry.to_owned(),
            params: contract::params(fitting.params),
            columns: fitting.columns.to_vec(),
            seed: fitting.seed,
        };
        let args: wire::FitArgs<'_> = (fitting.rows, fitting.labels, fitting.weights, &spec);
        let (fitted,): wire::Fitted = call.checked(fit, args, wire::ARTEFACT_BYTES_MAX + wire::FAULT_BYTES_MAX)?;
        fitted.map(|artefact| artefact.0).map_err(|fault| call.guest(&fault))
    }

    fn exports(&self, kind: Kind) -> Option<&Exports> {
        match kind {
            Kind::Detector => self.inner.detector.as_ref(),
            Kind::Strategy => self.inner.strategy.as_ref(),
        }
    }

    fn instantiate(
        &self,
        plugin: &str,
        symbol: &str,
        limits: &Limits,
    ) -> Result<(Store<Host>, wasmtime::component::Instance), Fault> {
        let owner = Owner { plugin: plugin.to_owned(), digest: self.inner.digest, symbol: symbol.to_owned() };
        let mut store = Store::new(self.inner.pre.engine(), Host::new(owner, limits));
        store.limiter(|host| &mut host.memory);
        let mut call = Call { store: &mut store, fuel: limits.fuel_per_call, export: "instantiate" };
        let instance = call.instantiate(&self.inner.pre)?;
        Ok((store, instance))
    }
}

fn func(
    store: &mut Store<Host>,
    instance: &wasmtime::component::Instance,
    index: &ComponentExportIndex,
    export: &'static str,
) -> Result<Func, Fault> {
    instance
        .get_func(&mut *store, index)
        .ok_or_else(|| Call { store, fuel: 0, export }.breach("it is no function".into()))
}

/// What a compiled component imports and exports, as its own type tells.
pub(crate) fn surface(component: &Component) -> Surface {
    use wasmtime::component::types::ComponentItem;
    let engine = component.engine();
    let ty = component.component_type();
    let holds_more_than_types = |item: &ComponentItem| match item {
        ComponentItem::ComponentInstance(instance) => instance
            .exports(engine)
            .any(|(_, export)| !matches!(export.ty, ComponentItem::Type(_) | ComponentItem::Resource(_))),
        _ => true,
    };
    let imports = ty.imports(engine).filter(|(_, import)| holds_more_than_types(&import.ty));
    let exports = ty.exports(engine).map(|(name, _)| name.to_owned());
    Surface { imports: imports.map(|(name, _)| name.to_owned()).collect(), exports: exports.collect() }
}
