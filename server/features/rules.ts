/** What may leave, by the settings and folders of now. */

import type { Clock } from '../core/clock.ts';
import type { OutboundRules } from '../state/outbound.ts';
import { createPrivacyRules } from '../state/privacy/rules.ts';
import type { Settings } from '../state/settings/settings.ts';
import type { FolderPath } from '../state/workspace/uri.ts';

export function outboundRules(
  { privacy: { exclude, redactSecrets } }: Settings,
  folders: readonly FolderPath[],
  clock: Clock,
): OutboundRules {
  const paths = folders.map(({ path }) => path);
  const privacy = createPrivacyRules({ folders: paths, exclude, now: () => clock.now() });
  return { redactSecrets, exclude, privacy };
}
