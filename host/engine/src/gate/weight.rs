//! How much a component gives its compiler to do, counted before any of it is compiled or even validated.
//!
//! Time and memory of a compilation follow its code in most places, but not in all: a function of 5 KB with
//! loops in loops over many locals takes half a minute, one of 200 KB with nothing but branches as long, a table or a
//! memory of four words becomes an image of megabytes, and a type in a type in a type is read by recursion.

use wasmparser::{BinaryReaderError, BlockType, Encoding, FunctionBody, Operator, Parser, Payload, TypeRef};

use crate::error::LoadError;
use crate::limits::MEMORIES_MAX;
use crate::text::shown;

/// What is counted, and how much of it a component may have.
#[derive(Clone, Copy)]
struct Bound(&'static str, u64);

/// The largest public components have about 30,000.
const FUNCTIONS: Bound = Bound("functions", 50_000);
const LOCALS: Bound = Bound("locals in one function", 10_000);
const BODY: Bound = Bound("bytes of code in one function", 1 << 20);
const MODULES: Bound = Bound("core modules", 100);
const COMPONENTS: Bound = Bound("nested components", 100);
/// Each also becomes an image of up to 16 MiB in compiled code, however few bytes are in it.
const MEMORIES: Bound = Bound("memories", MEMORIES_MAX as u64);
/// Each is four bytes of compiled code when one function stands at a table's end. A table holds functions, of which
/// there are no more than 50,000, mostly once.
const TABLE_ELEMENTS: Bound = Bound("elements in tables", 1_000_000);
/// Parser and validator recurse: 1,000 overflow a stack of 2 MiB [M], and what overflows is the host's.
const TYPE_DEPTH: Bound = Bound("types within types in one section", 100);
/// A unit is about a microsecond of an unoptimised compiler and 20 to 30 bytes of its memory [M], which the next
/// function uses again: half a minute, and less than 1 GiB.
const FUNCTION_WORK: Bound = Bound("units of compilation work in one function", 30_000_000);
/// Five minutes of an unoptimised compiler at most. A Rust plugin of 85 KB has 470,000, 70,000 of them in
/// one function [M].
const WORK: Bound = Bound("units of compilation work", 300_000_000);

impl Bound {
    fn check(self, count: u64) -> Result<(), LoadError> {
        let Bound(what, max) = self;
        if count > max { Err(LoadError::TooLarge { what, count, max }) } else { Ok(()) }
    }
}

/// What calls and blocks of the current core module refer to.
#[derive(Default)]
struct Module {
    /// Parameters and results of each type.
    types: Vec<Arity>,
    /// The type of each function, imported ones first.
    functions: Vec<u32>,
    /// Bodies so far.
    bodies: usize,
    imported: usize,
}

#[derive(Clone, Copy, Default)]
struct Arity {
    params: u64,
    all: u64,
}

/// Counts everything that is bounded.
pub(super) fn count(bytes: &[u8]) -> Result<(), LoadError> {
    let (mut functions, mut modules, mut components, mut memories, mut elements, mut work) = (0, 0, 0, 0, 0, 0);
    let mut module = Module::default();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(not_component)? {
            Payload::Version { encoding: Encoding::Module, range, .. } if range.start == 0 => {
                let reason = "it is a core module; a component is made from it with `tapewright build`".to_owned();
                return Err(LoadError::NotComponent { reason });
            }
            Payload::ModuleSection { .. } => {
                modules += 1;
                MODULES.check(modules)?;
                module = Module::default();
            }
            Payload::ComponentSection { .. } => {
                components += 1;
                COMPONENTS.check(components)?;
            }
            Payload::ComponentTypeSection(section) => {
                let nested = bytes.get(section.range()).map_or(0, nested_types);
                TYPE_DEPTH.check(nested)?;
            }
            Payload::TypeSection(section) => {
                for ty in section.into_iter_err_on_gc_types() {
                    let ty = ty.map_err(not_component)?;
                    let params = ty.params().len() as u64;
                    module.types.push(Arity { params, all: params + ty.results().len() as u64 });
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    if let TypeRef::Func(ty) = import.map_err(not_component)?.ty {
                        module.functions.push(ty);
                        module.imported += 1;
                    }
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    module.functions.push(ty.map_err(not_component)?);
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    elements += table.map_err(not_component)?.ty.initial;
                    TABLE_ELEMENTS.check(elements)?;
                }
            }
            Payload::MemorySection(section) => {
                memories += u64::from(section.count());
                MEMORIES.check(memories)?;
            }
            Payload::CodeSectionStart { count, .. } => {
                functions += u64::from(count);
                FUNCTIONS.check(functions)?;
            }
            Payload::CodeSectionEntry(body) => {
                let of_one = module.work(&body)?;
                FUNCTION_WORK.check(of_one)?;
                work += of_one;
                WORK.check(work)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Types that are declared within types, at most: a declaration of a type (1) that is a component's (0x41) or an
/// instance's (0x42). How deep they nest is no more than that.
fn nested_types(section: &[u8]) -> u64 {
    section.windows(2).filter(|pair| matches!(pair, [1, 0x41 | 0x42])).count() as u64
}

impl Module {
    /// What a function costs its compiler, about: its bytes; every value that a call or a block takes or gives; every
    /// edge between blocks, which may carry each local, and is looked at again for every loop around it; and the edges'
    /// square, since passes over the graph are not all linear in it.
    fn work(&mut self, body: &FunctionBody<'_>) -> Result<u64, LoadError> {
        let bytes = body.range().len() as u64;
        BODY.check(bytes)?;
        let own = self.functions.get(self.imported + self.bodies).copied();
        self.bodies += 1;
        let mut locals = own.map_or(0, |ty| self.arity(ty).params);
        for local in body.get_locals_reader().map_err(not_component)? {
            locals += u64::from(local.map_err(not_component)?.0);
        }
        LOCALS.check(locals)?;
        let (mut values, mut edges, mut widest) = (0_u64, 0_u64, 1_u64);
        let (mut open, mut loops, mut deepest) = (Vec::new(), 0_u64, 0_u64);
        for operator in body.get_operators_reader().map_err(not_component)? {
            match operator.map_err(not_component)? {
                operator @ (Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty }) => {
                    let arity = if let BlockType::FuncType(ty) = blockty { self.arity(ty).all } else { 1 };
                    (values, edges, widest) = (values + arity, edges + 1, widest.max(arity));
                    let is_loop = matches!(operator, Operator::Loop { .. });
                    open.push(is_loop);
                    loops += u64::from(is_loop);
                    deepest = deepest.max(loops);
                }
                Operator::End => loops -= u64::from(open.pop().unwrap_or(false)),
                Operator::Else | Operator::Br { .. } | Operator::BrIf { .. } => edges += 1,
                Operator::BrTable { targets } => edges += u64::from(targets.len()) + 1,
                Operator::Call { function_index } => {
                    let ty = self.functions.get(function_index as usize).copied();
                    values += ty.map_or(0, |ty| self.arity(ty).all);
                }
                Operator::CallIndirect { type_index, .. } => values += self.arity(type_index).all,
                _ => {}
            }
        }
        // no product overflows: there are at most 1 MiB of operators, 10,000 locals and 1,000 values
        let carried = edges * (locals + widest);
        Ok(250 + 2 * bytes + 20 * values + carried.saturating_mul(1 + deepest) + edges * edges / 50)
    }

    fn arity(&self, ty: u32) -> Arity {
        self.types.get(ty as usize).copied().unwrap_or_default()
    }
}

/// Damaged, or of a feature that no plugin needs; the parser quotes names of any length.
pub(super) fn not_component(error: BinaryReaderError) -> LoadError {
    LoadError::NotComponent { reason: shown(&error.to_string()) }
}
