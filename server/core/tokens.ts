/**
 * Tokens without a tokenizer: an estimate from the characters alone, rather too high than too low. Tokenizers give one
 * token to three or more characters of ASCII code, to one or two of other alphabets, and to each ideograph or half of
 * an emoji about one.
 */

const asciiPerToken = 3;
const alphabeticPerToken = 1.5;

const beyondAscii = /[^\0-\x7f]/;
const firstBeyondAscii = 0x80;
/** From here on scripts without short words: Indic, Thai, kana, ideographs, surrogates. */
const firstBeyondAlphabets = 0x900;

export function roughTokens(text: string): number {
  // Most texts are ASCII alone, which an expression finds out faster than a loop.
  if (!beyondAscii.test(text)) return Math.ceil(text.length / asciiPerToken);
  let alphabetic = 0;
  let other = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < firstBeyondAscii) continue;
    if (unit < firstBeyondAlphabets) alphabetic++;
    else other++;
  }
  const ascii = text.length - alphabetic - other;
  return Math.ceil(ascii / asciiPerToken + alphabetic / alphabeticPerToken + other);
}
