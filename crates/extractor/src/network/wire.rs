//! The outermost check of an ONNX file, which is a protobuf message: each field ends inside its message. The
//! runtime takes as much memory as a field claims to need, and recurses as deep as messages are nested.

/// Messages in messages. A graph in an attribute, of a branch or a loop, needs three levels.
const MAX_DEPTH: usize = 60;

/// Messages of ONNX that have messages in them.
#[derive(Clone, Copy)]
enum Message {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    Value,
    Type,
    TensorType,
    SequenceType,
    Shape,
    /// Has none.
    Flat,
}

impl Message {
    /// The message in a field.
    fn field(self, number: u64) -> Option<Self> {
        Some(match (self, number) {
            (Self::Model, 7) | (Self::Attribute, 6 | 11) => Self::Graph,
            (Self::Graph, 1) => Self::Node,
            (Self::Node, 5) => Self::Attribute,
            (Self::Graph, 5) | (Self::Attribute, 5 | 10) => Self::Tensor,
            (Self::Graph, 11..=13) => Self::Value,
            (Self::Value, 2) | (Self::SequenceType, 1) => Self::Type,
            (Self::Type, 1) => Self::TensorType,
            (Self::Type, 4) => Self::SequenceType,
            (Self::TensorType, 2) => Self::Shape,
            (Self::Model, 14) | (Self::Tensor, 13) | (Self::Shape, 1) => Self::Flat,
            _ => return None,
        })
    }
}

/// Whether the bytes can be those of an ONNX file: a model with a graph, whole to the last field.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let mut has_graph = false;
    check(bytes, Message::Model, 0, &mut has_graph).is_some() && has_graph
}

fn check(mut bytes: &[u8], message: Message, depth: usize, has_graph: &mut bool) -> Option<()> {
    while !bytes.is_empty() {
        let key = varint(&mut bytes)?;
        match key & 7 {
            0 => drop(varint(&mut bytes)?),
            1 => bytes = bytes.get(8..)?,
            2 => {
                let len = usize::try_from(varint(&mut bytes)?).ok()?;
                let (field, rest) = bytes.split_at_checked(len)?;
                bytes = rest;
                if let Some(inner) = message.field(key >> 3) {
                    *has_graph |= matches!(inner, Message::Graph);
                    (depth < MAX_DEPTH).then_some(())?;
                    check(field, inner, depth + 1, has_graph)?;
                }
            }
            5 => bytes = bytes.get(4..)?,
            _ => return None,
        }
    }
    Some(())
}

/// Takes a number from the front: seven bits a byte, the least significant first.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for i in 0..10 {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}
