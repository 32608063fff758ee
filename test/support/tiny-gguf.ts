/**
 * A model file of a few megabytes that the real llama-server runs and that must say known texts: attention and
 * feed-forward layers contribute nothing, an embedding is a one-hot vector, and the output matrix is a table of which
 * token follows which. What is said depends on the last token of the prompt alone: `after` names tokens and what
 * follows each; whatever else the prompt ends with is followed by `otherwise`.
 *
 * Ordinary text is one token per byte, so token counts of prompts are exact: bytes and control tokens.
 * Format: GGUF version 3, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
 */

import { writeFileSync } from 'node:fs';

export interface TinyModel {
  /** What is said after the last token of the prompt, by that token. */
  readonly after?: Readonly<Record<string, string>>;
  /** What is said after every other token. Words of all texts differ and are longer than one byte. */
  readonly otherwise: string;
  /** `forever`: each text begins again where it ended. */
  readonly goesOn?: 'forever';
  /** Tokens a prompt may have. */
  readonly contextTokens?: number;
  /** Written as the model's name; what families of models are told by. */
  readonly name?: string;
  /** Without tokens for filling in the middle, as a chat model's file has it. */
  readonly infill?: 'none';
  readonly chatTemplate?: string;
}

/** The control tokens of Qwen2.5-Coder, which name themselves in the file. */
const control = [
  '<|endoftext|>',
  '<|fim_prefix|>',
  '<|fim_suffix|>',
  '<|fim_middle|>',
  '<|fim_pad|>',
  '<|repo_name|>',
  '<|file_sep|>',
  '<|im_start|>',
  '<|im_end|>',
] as const;

const chatMl = `{% for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`;

export function writeTinyModel(file: string, model: TinyModel): void {
  writeFileSync(file, tinyModel(model));
}

export function tinyModel(model: TinyModel): Buffer {
  const vocabulary = createVocabulary();
  const end = vocabulary.id('<|endoftext|>');
  const next = new Map<number, number>();
  const say = (text: string): number => {
    const ids = wordsOf(text).map((word) => vocabulary.addWord(word));
    const last = model.goesOn === 'forever' ? (ids[0] ?? end) : end;
    for (const [i, id] of ids.entries()) next.set(id, ids[i + 1] ?? last);
    return ids[0] ?? end;
  };
  const otherwise = say(model.otherwise);
  for (const [token, text] of Object.entries(model.after ?? {})) next.set(vocabulary.id(token), say(text));
  const size = vocabulary.pad();

  const embedding = new Float32Array(size * size);
  const output = new Float32Array(size * size);
  for (let id = 0; id < size; id++) {
    embedding[id * size + id] = 1;
    output[(next.get(id) ?? otherwise) * size + id] = 2;
  }
  return gguf(metadataOf(model, vocabulary, size), tensorsOf(size, embedding, output));
}

const heads = 4;
const forward = 64;

interface Tensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly data: Float32Array;
}

function tensorsOf(size: number, embedding: Float32Array, output: Float32Array): readonly Tensor[] {
  const square = (name: string): Tensor => ({
    name: `blk.0.${name}.weight`,
    dimensions: [size, size],
    data: new Float32Array(size * size),
  });
  const norm = (name: string): Tensor => ({
    name: `${name}.weight`,
    dimensions: [size],
    data: new Float32Array(size).fill(1),
  });
  const wide = (name: string, dimensions: readonly number[]): Tensor => ({
    name: `blk.0.${name}.weight`,
    dimensions,
    data: new Float32Array(size * forward),
  });
  return [
    { name: 'token_embd.weight', dimensions: [size, size], data: embedding },
    { name: 'output.weight', dimensions: [size, size], data: output },
    norm('blk.0.attn_norm'),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map(square),
    norm('blk.0.ffn_norm'),
    wide('ffn_gate', [size, forward]),
    wide('ffn_up', [size, forward]),
    wide('ffn_down', [forward, size]),
    norm('output_norm'),
  ];
}

type Value =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'count'; readonly value: number }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'flag'; readonly value: boolean }
  | { readonly kind: 'texts'; readonly value: readonly string[] }
  | { readonly kind: 'integers'; readonly value: readonly number[] };

function metadataOf(model: TinyModel, vocabulary: Vocabulary, size: number): Readonly<Record<string, Value>> {
  const text = (value: string): Value => ({ kind: 'text', value });
  const count = (value: number): Value => ({ kind: 'count', value });
  const token = (value: string): Value => count(vocabulary.id(value));
  const infill = {
    'tokenizer.ggml.fim_pre_token_id': token('<|fim_prefix|>'),
    'tokenizer.ggml.fim_suf_token_id': token('<|fim_suffix|>'),
    'tokenizer.ggml.fim_mid_token_id': token('<|fim_middle|>'),
    'tokenizer.ggml.fim_rep_token_id': token('<|repo_name|>'),
    'tokenizer.ggml.fim_sep_token_id': token('<|file_sep|>'),
  };
  return {
    'general.architecture': text('llama'),
    'general.name': text(model.name ?? 'tiny'),
    'general.file_type': count(0),
    'llama.context_length': count(model.contextTokens ?? 32768),
    'llama.embedding_length': count(size),
    'llama.block_count': count(1),
    'llama.feed_forward_length': count(forward),
    'llama.attention.head_count': count(heads),
    'llama.attention.head_count_kv': count(heads),
    'llama.rope.dimension_count': count(size / heads),
    'llama.attention.layer_norm_rms_epsilon': { kind: 'number', value: 1e-5 },
    'llama.vocab_size': count(size),
    'tokenizer.ggml.model': text('gpt2'),
    'tokenizer.ggml.pre': text('default'),
    'tokenizer.ggml.tokens': { kind: 'texts', value: vocabulary.tokens },
    'tokenizer.ggml.token_type': { kind: 'integers', value: vocabulary.types },
    // One merge, of two spaces, because there must be one: its result is no token.
    'tokenizer.ggml.merges': { kind: 'texts', value: ['\u0120 \u0120'] },
    'tokenizer.ggml.bos_token_id': token('<|endoftext|>'),
    'tokenizer.ggml.eos_token_id': token('<|endoftext|>'),
    'tokenizer.ggml.padding_token_id': token('<|fim_pad|>'),
    'tokenizer.ggml.add_bos_token': { kind: 'flag', value: false },
    'tokenizer.chat_template': text(model.chatTemplate ?? chatMl),
    ...(model.infill === 'none' ? {} : infill),
  };
}

interface Vocabulary {
  readonly tokens: readonly string[];
  readonly types: readonly number[];
  /** A control token, or a text of one byte. */
  id(token: string): number;
  addWord(word: string): number;
  /** Fills up to a size that heads divide; the size. */
  pad(): number;
}

const normalToken = 1;
const controlToken = 3;

function createVocabulary(): Vocabulary {
  const letters = byteLetters();
  const tokens = [...letters];
  const types: number[] = tokens.map(() => normalToken);
  const add = (token: string, type: number): number => {
    tokens.push(token);
    types.push(type);
    return tokens.length - 1;
  };
  for (const token of control) add(token, controlToken);
  const lettersOf = (text: string): string =>
    [...Buffer.from(text)].map((byte) => letters[byte] ?? '').join('');
  return {
    tokens,
    types,
    id(token) {
      const known = tokens.indexOf((control as readonly string[]).includes(token) ? token : lettersOf(token));
      if (known === -1) throw new Error(`the tiny model has no token ${JSON.stringify(token)}`);
      return known;
    },
    addWord(word) {
      const token = lettersOf(word);
      if (tokens.includes(token)) throw new Error(`the tiny model cannot say ${JSON.stringify(word)} twice`);
      return add(token, normalToken);
    },
    pad() {
      while (tokens.length % 32 !== 0) add(`<|unused${tokens.length}|>`, controlToken);
      return tokens.length;
    },
  };
}

/** A word with the space before it; the last one with the space behind it too. */
function wordsOf(text: string): readonly string[] {
  return text.match(/\s*\S+(?:\s+$)?/g) ?? [];
}

/** The letters that stand for bytes in the vocabulary of GPT-2: printable ones for themselves, 256 and on for the rest. */
function byteLetters(): readonly string[] {
  let other = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable =
      (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
    return String.fromCodePoint(printable ? byte : other++);
  });
}

const alignment = 32;

function gguf(metadata: Readonly<Record<string, Value>>, tensors: readonly Tensor[]): Buffer {
  const parts: Buffer[] = [];
  const write = (bytes: number, put: (buffer: Buffer) => void): void => {
    const buffer = Buffer.alloc(bytes);
    put(buffer);
    parts.push(buffer);
  };
  const u32 = (value: number): void => write(4, (buffer) => buffer.writeUInt32LE(value));
  const u64 = (value: number): void => write(8, (buffer) => buffer.writeBigUInt64LE(BigInt(value)));
  const text = (value: string): void => {
    const bytes = Buffer.from(value);
    u64(bytes.length);
    parts.push(bytes);
  };
  const array = (type: number, length: number): void => {
    u32(9);
    u32(type);
    u64(length);
  };
  const put = (entry: Value): void => {
    switch (entry.kind) {
      case 'text':
        u32(8);
        text(entry.value);
        return;
      case 'count':
        u32(4);
        u32(entry.value);
        return;
      case 'number':
        u32(6);
        write(4, (buffer) => buffer.writeFloatLE(entry.value));
        return;
      case 'flag':
        u32(7);
        write(1, (buffer) => buffer.writeUInt8(entry.value ? 1 : 0));
        return;
      case 'texts':
        array(8, entry.value.length);
        for (const each of entry.value) text(each);
        return;
      case 'integers':
        array(5, entry.value.length);
        for (const each of entry.value) write(4, (buffer) => buffer.writeInt32LE(each));
        return;
      default:
        entry satisfies never;
    }
  };

  parts.push(Buffer.from('GGUF'));
  u32(3);
  u64(tensors.length);
  u64(Object.keys(metadata).length);
  for (const [key, value] of Object.entries(metadata)) {
    text(key);
    put(value);
  }
  let offset = 0;
  for (const { name, dimensions, data } of tensors) {
    text(name);
    u32(dimensions.length);
    for (const each of dimensions) u64(each);
    u32(0); // 32-bit floats
    u64(offset);
    offset += aligned(data.byteLength);
  }
  const pad = (length: number): void => {
    parts.push(Buffer.alloc(aligned(length) - length));
  };
  pad(parts.reduce((sum, { length }) => sum + length, 0));
  for (const { data } of tensors) {
    parts.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    pad(data.byteLength);
  }
  return Buffer.concat(parts);
}

function aligned(length: number): number {
  return Math.ceil(length / alignment) * alignment;
}
