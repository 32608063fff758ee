/** Draws into editors, in the colours the theme gives a diff. */

import {
  type DecorationOptions,
  type Disposable,
  MarkdownString,
  Range,
  type TextEditor,
  ThemeColor,
  window,
} from 'vscode';
import type { Drawing } from './display.ts';

export interface Decorations extends Disposable {
  /** Instead of what was drawn before, in whichever editor. */
  draw(editor: TextEditor | undefined, drawing: Drawing | undefined): void;
}

export function createDecorations(): Decorations {
  const struck = window.createTextEditorDecorationType({
    backgroundColor: new ThemeColor('diffEditor.removedTextBackground'),
    textDecoration: 'line-through',
  });
  const inserted = window.createTextEditorDecorationType({
    after: {
      backgroundColor: new ThemeColor('diffEditor.insertedTextBackground'),
      color: new ThemeColor('editor.foreground'),
    },
  });
  const beside = window.createTextEditorDecorationType({
    after: {
      backgroundColor: new ThemeColor('diffEditor.insertedTextBackground'),
      color: new ThemeColor('editor.foreground'),
    },
  });
  const hint = window.createTextEditorDecorationType({
    after: { color: new ThemeColor('editorCodeLens.foreground'), margin: '0 0 0 2em' },
  });
  const types = [struck, inserted, beside, hint];
  let drawnIn: TextEditor | undefined;

  return {
    draw(editor, drawing) {
      if (drawnIn && drawnIn !== editor) for (const type of types) drawnIn.setDecorations(type, []);
      drawnIn = drawing && editor;
      if (!editor) return;
      const { document } = editor;
      const hover = drawing?.hover;
      const hoverMessage =
        hover === undefined
          ? {}
          : { hoverMessage: new MarkdownString().appendCodeblock(hover, document.languageId) };
      const place = (start: number, end: number, label?: string, gap = 0): DecorationOptions => ({
        range: new Range(document.positionAt(start), document.positionAt(end)),
        ...(label === undefined
          ? {}
          : {
              renderOptions: { after: { contentText: label, ...(gap ? { margin: `0 0 0 ${gap}ch` } : {}) } },
            }),
      });
      const { hint: pointer } = drawing ?? {};
      editor.setDecorations(
        struck,
        (drawing?.struck ?? []).map(({ start, end }) => ({ ...place(start, end), ...hoverMessage })),
      );
      editor.setDecorations(
        inserted,
        (drawing?.inserted ?? []).map(({ at, label }) => ({ ...place(at, at, label), ...hoverMessage })),
      );
      editor.setDecorations(
        beside,
        (drawing?.beside ?? []).map(({ at, gap, label }) => ({
          ...place(at, at, label, gap),
          ...hoverMessage,
        })),
      );
      editor.setDecorations(hint, pointer ? [place(pointer.at, pointer.at, pointer.label)] : []);
    },
    dispose() {
      for (const type of types) type.dispose();
    },
  };
}
