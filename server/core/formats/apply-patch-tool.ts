/**
 * apply_patch as a custom tool: for models that take one, its grammar holds them to the format while they write. The
 * input of a call is the text that `applyPatchParser` reads.
 */

export interface CustomTool {
  readonly name: string;
  /** What the model is told of it. */
  readonly description: string;
  /** In the syntax of Lark, as far as providers take it: no recursion, no lookaround. */
  readonly grammar: string;
}

/** One file is updated, by one hunk or more: nothing else is an edit of the document that was asked about. */
const grammar = `start: "*** Begin Patch" LF "*** Update File: " NAME LF hunk+ "*** End Patch" LF?
hunk: heading+ line+ end?
heading: "@@" LF | "@@ " NAME LF
line: SIGN TEXT LF
end: "*** End of File" LF
NAME: /[^\\r\\n]+/
SIGN: /[ +-]/
TEXT: /[^\\r\\n]*/
LF: /\\n/
`;

export const applyPatchTool: CustomTool = {
  name: 'apply_patch',
  description: `Makes the change that a task "edit" or "fix" asks for. It is called once and takes the place of the \
blocks those tasks are answered with elsewhere. Its input is a patch of the file:

*** Begin Patch
*** Update File: path/of/the/file
@@ a line above the change, where the lines of the hunk occur more than once
 two lines as they stand now, before
-a line that goes
+a line that comes
 two lines as they stand now, behind
*** End Patch

Copy lines exactly. Change nothing that the task does not ask for: no restyling, no renaming, no reordering.`,
  grammar,
};
