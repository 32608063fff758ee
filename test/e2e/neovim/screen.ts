/**
 * Neovim's screen as a user interface is told to draw it (`:help ui-linegrid`): what the user sees, ghost text and
 * all, with the highlight group of every cell.
 */

interface Cell {
  readonly text: string;
  readonly highlight: number;
}

export class Screen {
  #rows: Cell[][] = [];
  readonly #groups = new Map<number, readonly string[]>();

  /** One `redraw` notification; whether it ended with `flush`, which makes the screen whole again. */
  draw(events: readonly unknown[]): boolean {
    let flushed = false;
    for (const event of events) {
      const [name, ...calls] = event as [string, ...unknown[][]];
      for (const call of calls) this.#event(name, call);
      if (name === 'flush') flushed = true;
    }
    return flushed;
  }

  lines(): readonly string[] {
    return this.#rows.map((row) =>
      row
        .map((cell) => cell.text)
        .join('')
        .trimEnd(),
    );
  }

  /** The pieces drawn with a highlight group, one string per line that has some. */
  highlighted(group: string): readonly string[] {
    return this.#rows
      .map((row) => row.filter((cell) => this.#groups.get(cell.highlight)?.includes(group)))
      .filter((cells) => cells.length > 0)
      .map((cells) => cells.map((cell) => cell.text).join(''));
  }

  #event(name: string, call: readonly unknown[]): void {
    switch (name) {
      case 'grid_resize':
      case 'grid_clear': {
        const [, columns, rows] =
          name === 'grid_resize' ? (call as number[]) : [1, this.#rows[0]?.length ?? 0, this.#rows.length];
        this.#rows = Array.from({ length: rows ?? 0 }, () =>
          Array.from({ length: columns ?? 0 }, () => blank),
        );
        return;
      }
      case 'grid_line':
        this.#line(call as [number, number, number, unknown[][]]);
        return;
      case 'grid_scroll':
        this.#scroll(call as [number, number, number, number, number, number]);
        return;
      case 'hl_attr_define': {
        const [id, , , groups] = call as [number, unknown, unknown, { hi_name?: string }[]];
        this.#groups.set(
          id,
          groups.map((group) => group.hi_name ?? ''),
        );
        return;
      }
    }
  }

  #line([, row, column, cells]: [number, number, number, unknown[][]]): void {
    let at = column;
    let highlight = 0;
    for (const [text, id, repeat] of cells as [string, number?, number?][]) {
      highlight = id ?? highlight;
      for (let i = 0; i < (repeat ?? 1); i++) {
        const cellsOfRow = this.#rows[row];
        if (cellsOfRow) cellsOfRow[at++] = { text, highlight };
      }
    }
  }

  #scroll([, top, bottom, left, right, rows]: [number, number, number, number, number, number]): void {
    const old = this.#rows.map((row) => row.slice());
    for (let row = top; row < bottom; row++) {
      const from = old[row + rows];
      if (row + rows < top || row + rows >= bottom || !from) continue;
      this.#rows[row]?.splice(left, right - left, ...from.slice(left, right));
    }
  }
}

const blank: Cell = { text: ' ', highlight: 0 };
