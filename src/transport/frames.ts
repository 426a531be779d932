/**
 * Frames to bytes and back, as proto/trefoil.proto defines them; nothing else knows the wire format.
 * @module
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import protobuf from 'protobufjs';
import type { MessageKind, Position } from './link.ts';

/** Payload bytes of one frame at most. */
export const CHUNK_BYTES = 1 << 20;
/** A frame at most: a chunk, and at most 6 bytes for each of five numbers and 10 for the tags and lengths around them. */
export const FRAME_BYTES = CHUNK_BYTES + 40;

export interface Hello {
  readonly from: string;
  readonly to: string;
  readonly agreement: Readonly<Record<string, string>>;
  readonly nonce: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** What stands behind digests of an agreement. */
export interface Details {
  readonly items: Readonly<Record<string, string>>;
}

/** A piece of a message. */
export interface Payload extends Position {
  readonly total: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface Abort {
  readonly origin: string;
  readonly code: string;
  readonly party: string;
  readonly phase: string;
  readonly step?: number;
  readonly round?: number;
  readonly how: string;
  readonly nodes: readonly string[];
  readonly keys: readonly string[];
  readonly broken: readonly { readonly column: string; readonly rule: string }[];
  readonly seconds?: number;
}

/** One field is set, and `frame` is its name; none is when the sender knows fields that this direction does not have. */
export type Frame = { readonly frame?: keyof Fields } & { readonly [field in keyof Fields]?: Fields[field] };

type Fields = { hello: Hello; details: Details; abort: Abort; end: Record<string, never> } & Record<
  MessageKind,
  Payload
>;

/** Tag of a field of variable length. */
const tagOf = ({ id }: protobuf.Field): number => (id << 3) | 2;

/** What travels in one direction of a link. */
export class FrameCodec {
  /** The kinds of message that this direction has a field for. */
  readonly kinds: ReadonlySet<string>;
  private readonly type: protobuf.Type;
  private readonly payload: protobuf.Type;
  private readonly towardsDealer: boolean;

  constructor(type: protobuf.Type, towardsDealer: boolean) {
    this.type = type;
    this.towardsDealer = towardsDealer;
    this.payload = type.lookupType('Payload');
    this.kinds = new Set(type.fieldsArray.filter((field) => field.type === 'Payload').map((field) => field.name));
  }

  encode(frame: Frame): Buffer {
    return this.type.encode(frame).finish() as Buffer;
  }

  /** What comes before the bytes in the frame of a piece, so that the bytes are copied but once. */
  encodeHead(kind: MessageKind, { bytes, ...numbers }: Payload): Buffer {
    const writer = this.payload.encode(numbers);
    // A field that is empty is not written.
    if (bytes.length > 0) writer.uint32(tagOf(this.payload.fields.bytes)).uint32(bytes.length);
    const inner = writer.finish();
    const outer = protobuf.Writer.create()
      .uint32(tagOf(this.type.fields[kind]))
      .uint32(inner.length + bytes.length)
      .finish();
    return Buffer.concat([outer, inner]);
  }

  /**
   * Throws whatever the parser throws on malformed bytes. Byte fields are views into `bytes`. Towards a dealer a frame must be exactly what `encode`
   * makes of one field: others could carry a value that a dealer must not see, in unknown fields or in longer forms of a number.
   */
  decode(bytes: Buffer): Frame {
    const frame = this.type.decode(bytes) as Frame;
    if (this.towardsDealer && !(this.hasOneField(frame) && this.encode(frame).equals(bytes))) {
      throw new Error('the frame has more than one field, or another form than its only one');
    }
    return frame;
  }

  private hasOneField(frame: Frame): boolean {
    return this.type.fieldsArray.filter(({ name }) => Object.hasOwn(frame, name)).length === 1;
  }
}

/** One of the services of the proto file: its method, and what travels from the node that dials and from the one that accepts. */
export interface LinkService {
  readonly name: string;
  /** The path of the gRPC method. */
  readonly path: string;
  readonly fromDialer: FrameCodec;
  readonly fromAcceptor: FrameCodec;
}

export type ServiceName = 'Evaluators' | 'DealerService' | 'DealerParty' | 'Alignment';

/** The services whose dialling end is towards a dealer. */
const TOWARDS_DEALER: readonly ServiceName[] = ['DealerService', 'DealerParty'];

export function loadServices(): Record<ServiceName, LinkService> {
  const file = createRequire(import.meta.url).resolve('trefoil-mpc/proto/trefoil.proto');
  const { root } = protobuf.parse(readFileSync(file, 'utf8'));
  const load = (name: ServiceName): LinkService => {
    const service = root.lookupService(`trefoil.v1.${name}`);
    const method = service.methods.Link;
    return {
      name,
      path: `/trefoil.v1.${name}/Link`,
      fromDialer: new FrameCodec(service.lookupType(method.requestType), TOWARDS_DEALER.includes(name)),
      fromAcceptor: new FrameCodec(service.lookupType(method.responseType), false),
    };
  };
  return {
    Evaluators: load('Evaluators'),
    DealerService: load('DealerService'),
    DealerParty: load('DealerParty'),
    Alignment: load('Alignment'),
  };
}

/** The service between two nodes. The dealer accepts, the evaluator dials. Where nobody deals, rows are aligned. */
export function serviceBetween(a: string, b: string, dealer: string | undefined, dealerIsParty = false): ServiceName {
  if (dealer === undefined) return 'Alignment';
  if (a !== dealer && b !== dealer) return 'Evaluators';
  return dealerIsParty ? 'DealerParty' : 'DealerService';
}
