/** Which files and texts are worth learning: what people write, not what tools emit. */

const data =
  /\.(?:min\.[cm]?js|min\.css|map|lock|svg|png|jpe?g|gif|ico|webp|avif|bmp|pdf|zip|gz|tgz|bz2|xz|7z|jar|class|o|a|so|dll|dylib|exe|bin|wasm|node|woff2?|ttf|otf|eot|mp[34]|mov|wav|ogg|csv|tsv|parquet|sqlite|db|pyc|pyo|snap|jsonl|ipynb|log|patch|diff|po|mo)$|(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|Cargo\.lock|go\.sum|poetry\.lock|composer\.lock)$/i;

/** Lines longer than this on average are minified, in UTF-16 code units. */
const longMeanLine = 160;
/** Looked at to tell. */
const sampleUnits = 8192;

export function isLearnablePath(path: string): boolean {
  return !data.test(path);
}

export function isLearnableText(text: string): boolean {
  const sample = text.slice(0, sampleUnits);
  if (sample.includes('\u0000')) return false;
  let lines = 1;
  for (let at = sample.indexOf('\n'); at !== -1; at = sample.indexOf('\n', at + 1)) lines++;
  return sample.length / lines <= longMeanLine;
}
