// The public API of the crate, an item a line, from the JSON that rustdoc writes. Only what a user can name or call: no
// documentation, no order, no lifetimes.

/** Lines, sorted. */
export function coreListing({ root, index }) {
  const lines = new Set()
  const item = (id) => index[id]
  const walk = (id, path) => {
    const { name, inner } = item(id)
    const [kind] = Object.keys(inner)
    const here = name === null ? path : `${path}::${name}`
    const write = (text) => lines.add(text.replaceAll(/\s+/g, ' ').trim())
    const { [kind]: detail } = inner
    switch (kind) {
      case 'module':
        write(`mod ${here}`)
        return detail.items.forEach((child) => walk(child, here))
      case 'use':
        return use(detail, path)
      case 'struct':
        write(`struct ${here}${generics(detail.generics)}${fieldsOf(detail.kind)}`)
        return implementations(detail.impls, here)
      case 'enum':
        write(`enum ${here}${generics(detail.generics)}${attributes(item(id))}`)
        for (const variant of detail.variants.map(item)) {
          write(`variant ${here}::${variant.name}${fieldsOf(variant.inner.variant.kind)}${attributes(variant)}`)
        }
        return implementations(detail.impls, here)
      case 'trait':
        write(`trait ${here}${generics(detail.generics)}${bounds(detail.bounds, ': ')}`)
        return detail.items.forEach((child) => walk(child, here))
      case 'function':
        return write(`${signature(here, detail)}${detail.has_body ? '' : ' [required]'}`)
      case 'assoc_const':
        return write(`const ${here}: ${type(detail.type)}`)
      case 'assoc_type':
        return write(`type ${here}${bounds(detail.bounds, ': ')}${detail.type ? ` = ${type(detail.type)}` : ''}`)
      case 'constant':
        return write(`const ${here}: ${type(detail.type)}`)
      case 'type_alias':
        return write(`type ${here}${generics(detail.generics)} = ${type(detail.type)}`)
      default:
        return write(`${kind} ${here}`)
    }
  }

  function use({ source, name, id, is_glob: isGlob }, path) {
    const target = id === null ? undefined : item(id)
    if (target === undefined || isGlob) return lines.add(`use ${path}::${isGlob ? '*' : name} = ${source}`)
    // Under the name that it has here, which its own module, private or not, does not decide.
    const alias = target.name
    target.name = name
    walk(id, path)
    target.name = alias
  }

  function fieldsOf(kind) {
    if (kind === 'plain' || kind === 'unit') return ''
    if (kind.tuple !== undefined) return `(${kind.tuple.map((id) => (id === null ? '_' : type(item(id).inner.struct_field))).join(', ')})`
    const { fields, has_stripped_fields: stripped } = kind.plain ?? kind.struct
    const shown = fields.map((id) => `${item(id).name}: ${type(item(id).inner.struct_field)}`)
    return ` { ${[...shown, ...(stripped ? ['..'] : [])].join(', ')} }`
  }

  /** Own methods one by one; of traits that they are there. Those that the compiler gives by itself say nothing new. */
  function implementations(impls, path) {
    for (const { inner } of impls.map(item)) {
      const { trait, is_synthetic: isSynthetic, blanket_impl: blanket, items, for: target } = inner.impl
      if (isSynthetic || blanket !== null) continue
      if (trait === null) items.filter((id) => item(id)?.visibility === 'public').forEach((id) => walk(id, path))
      else if (trait.path !== 'StructuralPartialEq') lines.add(`impl ${named(trait)} for ${path}${argumentsOf(target.resolved_path?.args)}`)
    }
  }

  walk(root, '')
  return [...lines].map((line) => line.replaceAll(' ::', ' ')).sort()
}

const attributes = ({ attrs }) => (JSON.stringify(attrs).includes('non_exhaustive') ? ' [non_exhaustive]' : '')

function signature(path, { sig, generics: given, header }) {
  const inputs = sig.inputs.map(([name, of]) => (name === 'self' ? self(of) : `${name}: ${type(of)}`))
  const output = sig.output === null ? '' : ` -> ${type(sig.output)}`
  const words = ['const', 'async', 'unsafe'].filter((word) => header[`is_${word}`])
  return `${[...words, 'fn'].join(' ')} ${path}${generics(given)}(${inputs.join(', ')})${output}${where(given)}`
}

function self(of) {
  if (of.generic === 'Self') return 'self'
  if (of.borrowed_ref?.type.generic === 'Self') return of.borrowed_ref.is_mutable ? '&mut self' : '&self'
  return `self: ${type(of)}`
}

function generics({ params }) {
  const shown = params.flatMap(({ name, kind }) => {
    if (kind.lifetime !== undefined) return []
    if (kind.const !== undefined) return [`const ${name}: ${type(kind.const.type)}`]
    return kind.type.is_synthetic ? [] : [`${name}${bounds(kind.type.bounds, ': ')}`]
  })
  return shown.length === 0 ? '' : `<${shown.join(', ')}>`
}

function where({ where_predicates: predicates }) {
  const shown = predicates.flatMap(({ bound_predicate: bound }) =>
    bound === undefined ? [] : [`${type(bound.type)}${bounds(bound.bounds, ': ')}`],
  )
  return shown.length === 0 ? '' : ` where ${shown.join(', ')}`
}

function bounds(list = [], before) {
  const shown = list.flatMap((bound) => {
    if (bound.trait_bound === undefined) return []
    return [`${bound.trait_bound.modifier === 'maybe' ? '?' : ''}${named(bound.trait_bound.trait)}`]
  })
  return shown.length === 0 ? '' : before + shown.join(' + ')
}

/** The last name of a path: where the standard library keeps it is its own business. */
const named = ({ path, args }) => path.slice(path.lastIndexOf('::') + 1).replace(/^:+/, '') + argumentsOf(args)

function argumentsOf(args) {
  if (args?.parenthesized !== undefined) {
    const { inputs, output } = args.parenthesized
    return `(${inputs.map(type).join(', ')})${output === null ? '' : ` -> ${type(output)}`}`
  }
  const { args: given = [], constraints = [] } = args?.angle_bracketed ?? {}
  const shown = given.flatMap((argument) => (argument.type ? [type(argument.type)] : argument.const ? [argument.const.expr] : []))
  const bound = constraints.map(({ name, binding }) => `${name}${binding.equality ? ` = ${type(binding.equality.type)}` : bounds(binding.constraint, ': ')}`)
  return shown.length + bound.length === 0 ? '' : `<${[...shown, ...bound].join(', ')}>`
}

function type(of) {
  const [[kind, detail]] = Object.entries(of)
  switch (kind) {
    case 'primitive':
    case 'generic':
      return detail
    case 'resolved_path':
      return named(detail)
    case 'borrowed_ref':
      return `&${detail.is_mutable ? 'mut ' : ''}${type(detail.type)}`
    case 'slice':
      return `[${type(detail)}]`
    case 'array':
      return `[${type(detail.type)}; ${detail.len}]`
    case 'tuple':
      return `(${detail.map(type).join(', ')})`
    case 'impl_trait':
      return `impl${bounds(detail, ' ')}`
    case 'dyn_trait':
      return `dyn ${detail.traits.map(({ trait }) => named(trait)).join(' + ')}`
    case 'qualified_path':
      return `${type(detail.self_type)}::${detail.name}`
    case 'raw_pointer':
      return `*${detail.is_mutable ? 'mut' : 'const'} ${type(detail.type)}`
    case 'function_pointer':
      return `fn(${detail.sig.inputs.map(([, input]) => type(input)).join(', ')})${detail.sig.output ? ` -> ${type(detail.sig.output)}` : ''}`
    default:
      throw new Error(`a type of the kind ${kind} cannot be listed yet`)
  }
}
