/**
 * Comments that act: tools read them, and often what they say holds for the next line or for their own. Rather one
 * too many: such a comment costs only that the code around it keeps its lines.
 */

const acting = new RegExp(
  [
    // Doc types, pragmas and pure marks: `@type`, `@ts-expect-error`, `@jsx`, `@__PURE__`, `#__PURE__`.
    '[@#]\\w',
    // Directives with a colon: `type: ignore`, `go:build`, `fmt: off`, `pylint: disable`, `vim: set`, `coding: utf-8`.
    '^[^\\w]*[\\w-]+\\s*:\\s*\\w',
    '^[^\\w]*(?:global|globals|exported|jshint|jslint|jscs|use|export|extern|line|language|region|endregion|sourceMappingURL|noinspection|nosec|nosemgrep|noqa|nolint|NOLINT\\w*|NOSONAR|noformat|NOSONAR|swagger|shellcheck|pragma|yapf|autopep8|isort|flake8|mypy|pyright|pylint|ruff|rubocop|frozen_string_literal|phpcs|phpstan|psalm|typed|strict|sorbet|IWYU|ReSharper|resharper|cSpell|cspell|spell-?checker|codespell|ignore|disable|enable|skip|expect|lint|tslint|webpack\\w*|vite-ignore|turbopack\\w*|jest|vitest|node|deno|bun|c8|v8|istanbul|coverage|LCOV\\w*|GCOVR?\\w*|eslint|biome|oxlint|stylelint|prettier|dprint|rome|clang|rustfmt|gofmt|goimports|checkstyle|CHECKSTYLE|formatter|spotless|ktlint|detekt|swiftlint|swift-format|markdownlint|htmlhint|textlint|cgo|tinygo|build|\\+build)\\b',
    '\\b(?:ignore|disable|enable|expect|suppress|skip|allow|deny)-?(?:next|this|line|file|all|error|warning)\\b',
    '\\b(?:eslint|biome|prettier|oxlint|stylelint|istanbul|c8|v8|tslint|clang-format|clang-tidy)[\\s-]',
    '-\\*-',
  ].join('|'),
  'm',
);

/** Go's own begin right behind the slashes; a comment that ends in a backslash swallows the next line in C. */
export function acts(comment: string): boolean {
  const said = comment.replace(/^(?:\/\/+!?|\/\*+!?|#+!?|--+|;+|<!--|%+)/, '');
  return (
    acting.test(said) ||
    comment.endsWith('\\') ||
    /^(?:\/\/[a-z]+:|#!|#:|\/\/#|\/\*#|\/\/\s*\+build)/.test(comment)
  );
}
