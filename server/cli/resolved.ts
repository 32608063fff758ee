/**
 * Which model the settings name for a task, kept for as long as they are the same: it is looked up at every key, and
 * settings are values.
 */

import {
  type Environment,
  type ModelTask,
  type ResolvedModel,
  resolveModel,
} from '../state/settings/resolve.ts';
import type { Settings } from '../state/settings/settings.ts';

export interface Resolved {
  readonly model: ResolvedModel;
  /** Equal for equal models. */
  readonly key: string;
}

/** `local`: the embedded engine beside the model that is set. */
export function createResolved(
  settings: () => Settings,
  environment: Environment,
): (task: ModelTask | 'local') => Resolved {
  let from: Settings | undefined;
  const models = new Map<ModelTask | 'local', Resolved>();
  return (task) => {
    const now = settings();
    if (from !== now) models.clear();
    from = now;
    const known = models.get(task);
    if (known) return known;
    const model =
      task === 'local'
        ? resolveModel(withoutModels(now), 'completion', environment)
        : resolveModel(now, task, environment);
    const resolved = { model, key: JSON.stringify(model) };
    models.set(task, resolved);
    return resolved;
  };
}

function withoutModels(settings: Settings): Settings {
  const { model, completion } = settings;
  return { ...settings, model: { ...model, url: 'local' }, completion: { ...completion, model: {} } };
}
