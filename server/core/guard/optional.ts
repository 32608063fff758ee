/**
 * Signs that say nothing where they stand: whether they are there or not, the same program is read. Each only where
 * the language proves it; what is not listed here counts.
 */

import { childrenOf, kindOf, type Parsed, type SyntaxTree } from '../syntax-tree.ts';
import { type GuardedLanguage, isComment } from './language.ts';

/** Members of TypeScript's object types end with `;` or `,`, which mean the same. */
export function separatesMembers(kind: string): boolean {
  return kind === 'interface_body' || kind === 'object_type';
}

/** A leaf with its neighbours, comments passed over. */
export interface Leaf {
  readonly node: number;
  readonly parent: number;
  readonly grandparent: number;
}

export interface Around {
  readonly before: Leaf | undefined;
  readonly after: Leaf | undefined;
}

/** Statements and members that `;` ends. Not `for` and not the empty statement, where it is the meaning. */
const endedBySemicolon = set(
  'expression_statement lexical_declaration variable_declaration return_statement throw_statement break_statement continue_statement debugger_statement import_statement export_statement type_alias_declaration do_statement class_body interface_body object_type function_signature ambient_declaration import_alias',
);
/** A name before a line end that may belong to what follows it: a field named `get` before a method. */
const opensMore = set(
  'get set static async accessor declare readonly abstract public private protected override type interface namespace module let using await yield of enum',
);
/** What goes on with the line before it where no `;` stands between: identifiers that are operators. */
const wordOperators = set('in instanceof as satisfies is extends implements of');
/** Where an expression stands for itself, whatever its form. */
const wholeExpression = set(
  'return_statement variable_declarator assignment_expression augmented_assignment_expression arrow_function arguments binary_expression ternary_expression pair jsx_expression array spread_element',
);

/** Whether the leaf is a comma before a closing bracket, or a `;` that the line end stands for as well. */
export function isOptional(
  { text, tree }: Parsed,
  leaf: Leaf,
  around: Around,
  language: GuardedLanguage,
): boolean {
  const sign = kindOf(tree, leaf.node);
  const ends = sign === ';' || (sign === ',' && separatesMembers(kindOf(tree, leaf.parent)));
  if (ends) return language.blanks === 'script' && isLineEndToo({ text, tree }, leaf, around);
  return sign === ',' && isTrailingComma(tree, leaf, around, language);
}

function isTrailingComma(
  tree: SyntaxTree,
  leaf: Leaf,
  { before, after }: Around,
  language: GuardedLanguage,
): boolean {
  if (!before || !after || after.parent !== leaf.parent) return false;
  if (!language.trailingCommas.has(kindOf(tree, leaf.parent))) return false;
  // Behind another comma or the opening bracket it makes a hole.
  return /^[)\]}]$/.test(kindOf(tree, after.node)) && !/^[([{,]$/.test(kindOf(tree, before.node));
}

/** ECMA-262, automatic semicolon insertion, taken narrowly: the next sign must not be able to go on with the statement. */
function isLineEndToo({ text, tree }: Parsed, leaf: Leaf, { before, after }: Around): boolean {
  if (!before || !endedBySemicolon.has(kindOf(tree, leaf.parent))) return false;
  if (/^for_/.test(kindOf(tree, leaf.grandparent))) return false;
  if (opensMore.has(said(tree, text, before))) return false;
  if (!after) return true;
  const next = said(tree, text, after);
  if (next === '}') return true;
  const between = text.slice(tree.end[leaf.node], tree.start[after.node]);
  return /[\r\n]/.test(between) && /^[\p{ID_Start}$_@#'"\d]/u.test(next) && !wordOperators.has(next);
}

/**
 * Whether the parentheses of this node only group what would be read so anyway. That it would is shown by the tree
 * of the text without them; here is only where that tree is the whole meaning: an optional chain in parentheses ends
 * there (`(a?.b).c`), a string in parentheses is no directive, and a comment before them may be a cast.
 */
export function isGrouping(
  tree: SyntaxTree,
  node: number,
  parent: number,
  language: GuardedLanguage,
): boolean {
  if (language.blanks !== 'script' || kindOf(tree, node) !== 'parenthesized_expression') return false;
  if (!wholeExpression.has(kindOf(tree, parent))) return false;
  const children = childrenOf(tree, node);
  if (children.length !== 3 || children.some((child) => isComment(kindOf(tree, child)))) return false;
  const siblings = childrenOf(tree, parent);
  const before = siblings[siblings.indexOf(node) - 1];
  return before === undefined || !isComment(kindOf(tree, before));
}

/** `(a) =>` and `a =>`: the one parameter of an arrow function, a bare name. Gives the nodes that say nothing. */
export function bareParameter(
  tree: SyntaxTree,
  node: number,
  parent: number,
  language: GuardedLanguage,
): readonly number[] {
  if (language.blanks !== 'script' || kindOf(tree, node) !== 'formal_parameters') return [];
  if (kindOf(tree, parent) !== 'arrow_function') return [];
  const annotated = childrenOf(tree, parent).some((child) => /^type_|return_type/.test(kindOf(tree, child)));
  const inside = childrenOf(tree, node).filter((child) => !/^[(),]$/.test(kindOf(tree, child)));
  const [only] = inside;
  if (annotated || only === undefined || inside.length !== 1) return [];
  if (kindOf(tree, only) === 'identifier') return [node];
  const [name, ...more] = childrenOf(tree, only);
  if (kindOf(tree, only) !== 'required_parameter' || name === undefined || more.length > 0) return [];
  return kindOf(tree, name) === 'identifier' ? [node, only] : [];
}

function said(tree: SyntaxTree, text: string, { node }: Leaf): string {
  return text.slice(tree.start[node], tree.end[node]);
}

function set(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}
