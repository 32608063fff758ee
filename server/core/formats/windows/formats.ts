/** The formats of next-edit models by name: what `model.format` or a gateway's upstream may say. */

import { instinct } from './instinct.ts';
import { mercury } from './mercury.ts';
import { sweep } from './sweep.ts';
import type { WindowFormat, WindowFormatName } from './window.ts';
import { zeta21 } from './zeta-2.1.ts';
import { zeta2 } from './zeta-2.ts';

export const windowFormats: Readonly<Record<WindowFormatName, WindowFormat>> = {
  'zeta-2': zeta2,
  'zeta-2.1': zeta21,
  sweep,
  instinct,
  mercury,
};
