use std::collections::BTreeMap;

use super::call::{build, call, load};
use super::input::Input;
use super::value::{Heap, Node, Value};
use super::{InteropError, damaged};

/// What a pickle of protocol 2 or later begins with.
pub(super) const MAGIC: &[u8] = b"\x80";

/// The value of the pickle that `input` begins with; `input` is left at what follows. Executes nothing.
///
/// Each instruction takes a byte at least and adds one value at most, and their number is limited.
pub(super) fn unpickle<'a>(
    input: &mut &'a [u8],
    heap: &mut Heap<'a>,
) -> Result<Value<'a>, InteropError> {
    let (stack, marks, memo) = (Vec::new(), Vec::new(), BTreeMap::new());
    let mut machine = Machine { input: Input(input), stack, marks, memo, heap };
    loop {
        machine.heap.spend(1)?;
        let instruction = machine.input.bytes::<1>()?[0];
        if instruction == b'.' {
            let value = machine.pop()?;
            *input = machine.input.0;
            return Ok(value);
        }
        machine.execute(instruction)?;
    }
}

struct Machine<'a, 'h> {
    input: Input<'a>,
    stack: Vec<Value<'a>>,
    /// Heights of the stack at its marks.
    marks: Vec<usize>,
    memo: BTreeMap<u32, Value<'a>>,
    heap: &'h mut Heap<'a>,
}

impl<'a> Machine<'a, '_> {
    /// The instructions that `pickle` emits from protocol 2 on.
    fn execute(&mut self, instruction: u8) -> Result<(), InteropError> {
        match instruction {
            // Protocol and frame, which say nothing of the content.
            0x80 => drop(self.input.bytes::<1>()?),
            0x95 => drop(self.input.bytes::<8>()?),
            b'(' => self.marks.push(self.stack.len()),
            b'0' => drop(self.pop()?),
            b'1' => drop(self.pop_to_mark()?),
            b'2' => self.stack.push(self.top()?),
            b'N' => self.stack.push(Value::None),
            0x88 | 0x89 => self.stack.push(Value::Bool(instruction == 0x88)),
            b'J' | b'K' | b'M' | 0x8a | 0x8b => self.push_int(instruction)?,
            b'G' => {
                self.input.bytes::<8>()?;
                self.stack.push(Value::Other);
            }
            b'X' | 0x8c | 0x8d | b'T' | b'U' => self.push_text(instruction)?,
            b'B' | b'C' | 0x8e | 0x96 => {
                self.input.counted(instruction)?;
                self.stack.push(Value::Other);
            }
            b')' => self.push_node(Node::Tuple(Vec::new())),
            b']' | 0x8f => self.push_node(Node::List(Vec::new())),
            b'}' => self.push_node(Node::Dict(Vec::new())),
            b't' | b'l' | b'd' | 0x91 => self.collect(instruction)?,
            0x85..=0x87 => {
                let parts = self.pop_many(usize::from(instruction - 0x84))?;
                self.push_node(Node::Tuple(parts));
            }
            b'a' | b'e' | 0x90 => self.append(instruction)?,
            b's' | b'u' => self.set_items(instruction)?,
            b'c' | 0x93 => self.push_name(instruction)?,
            b'R' | 0x81 | 0x92 | b'b' | b'Q' => self.apply(instruction)?,
            b'h' | b'j' => self.recall(instruction)?,
            b'q' | b'r' | 0x94 => self.memorise(instruction)?,
            _ => return Err(damaged(format!("its pickle has the instruction {instruction:#04x}"))),
        }
        Ok(())
    }

    fn push_int(&mut self, instruction: u8) -> Result<(), InteropError> {
        let value = match instruction {
            b'J' => Value::Int(i32::from_le_bytes(self.input.bytes()?).into()),
            b'K' => Value::Int(u8::from_le_bytes(self.input.bytes()?).into()),
            b'M' => Value::Int(u16::from_le_bytes(self.input.bytes()?).into()),
            _ => match self.input.counted(instruction)? {
                [] => Value::Int(0),
                long @ &[.., last] if long.len() <= 8 => {
                    // In two's complement: the last byte has the sign.
                    let mut bytes = [if last < 0x80 { 0 } else { 0xff }; 8];
                    bytes[..long.len()].copy_from_slice(long);
                    Value::Int(i64::from_le_bytes(bytes))
                }
                _ => Value::Other,
            },
        };
        self.stack.push(value);
        Ok(())
    }

    fn push_text(&mut self, instruction: u8) -> Result<(), InteropError> {
        // The strings of Python 2 may be bytes.
        let text = std::str::from_utf8(self.input.counted(instruction)?);
        self.stack.push(text.map_or(Value::Other, Value::Str));
        Ok(())
    }

    fn push_node(&mut self, node: Node<'a>) {
        let value = self.heap.add(node);
        self.stack.push(value);
    }

    /// Makes a container of the values above the last mark.
    fn collect(&mut self, instruction: u8) -> Result<(), InteropError> {
        let parts = self.pop_to_mark()?;
        self.push_node(match instruction {
            b't' => Node::Tuple(parts),
            b'd' => Node::Dict(pairs(&parts)?),
            _ => Node::List(parts),
        });
        Ok(())
    }

    fn append(&mut self, instruction: u8) -> Result<(), InteropError> {
        let parts = if instruction == b'a' { self.pop_many(1)? } else { self.pop_to_mark()? };
        match self.heap.get_mut(self.top()?) {
            Some(Node::List(list)) => list.extend(parts),
            // A class derived from a list.
            Some(Node::Object { .. }) => {}
            _ => return Err(damaged("its pickle appends to something other than a list")),
        }
        Ok(())
    }

    fn set_items(&mut self, instruction: u8) -> Result<(), InteropError> {
        let parts = if instruction == b's' { self.pop_many(2)? } else { self.pop_to_mark()? };
        match self.heap.get_mut(self.top()?) {
            Some(Node::Dict(items) | Node::Object { items, .. }) => items.extend(pairs(&parts)?),
            _ => return Err(damaged("its pickle adds items to something other than a dictionary")),
        }
        Ok(())
    }

    fn push_name(&mut self, instruction: u8) -> Result<(), InteropError> {
        let (module, name) = if instruction == b'c' {
            (self.input.line()?, self.input.line()?)
        } else {
            match self.pop_many(2)?[..] {
                [Value::Str(module), Value::Str(name)] => (module, name),
                _ => return Err(damaged("its pickle has a name that is no text")),
            }
        };
        self.push_node(Node::Name { module, name });
        Ok(())
    }

    fn apply(&mut self, instruction: u8) -> Result<(), InteropError> {
        let value = match instruction {
            b'Q' => {
                let id = self.pop()?;
                load(self.heap, id)?
            }
            b'b' => {
                let (state, object) = (self.pop()?, self.top()?);
                return build(self.heap, object, state);
            }
            _ => {
                // Arguments by name, which no function here has.
                if instruction == 0x92 {
                    self.pop()?;
                }
                let (arguments, function) = (self.pop()?, self.pop()?);
                call(self.heap, function, arguments)?
            }
        };
        self.stack.push(value);
        Ok(())
    }

    fn recall(&mut self, instruction: u8) -> Result<(), InteropError> {
        let key = self.memo_key(instruction == b'j')?;
        let value = self.memo.get(&key).copied();
        self.stack.push(value.ok_or_else(|| damaged("its pickle recalls what it has not kept"))?);
        Ok(())
    }

    fn memorise(&mut self, instruction: u8) -> Result<(), InteropError> {
        let key = match instruction {
            0x94 => self.memo.len() as u32,
            _ => self.memo_key(instruction == b'r')?,
        };
        self.memo.insert(key, self.top()?);
        Ok(())
    }

    fn memo_key(&mut self, long: bool) -> Result<u32, InteropError> {
        Ok(match long {
            true => u32::from_le_bytes(self.input.bytes()?),
            false => u8::from_le_bytes(self.input.bytes()?).into(),
        })
    }

    /// The values that the last mark does not protect.
    fn above_mark(&self) -> &[Value<'a>] {
        &self.stack[self.marks.last().copied().unwrap_or(0)..]
    }

    fn top(&self) -> Result<Value<'a>, InteropError> {
        self.above_mark().last().copied().ok_or_else(too_few)
    }

    fn pop(&mut self) -> Result<Value<'a>, InteropError> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    fn pop_many(&mut self, n: usize) -> Result<Vec<Value<'a>>, InteropError> {
        let rest = self.above_mark().len().checked_sub(n).ok_or_else(too_few)?;
        let bottom = self.stack.len() - self.above_mark().len();
        Ok(self.stack.split_off(bottom + rest))
    }

    fn pop_to_mark(&mut self) -> Result<Vec<Value<'a>>, InteropError> {
        let mark = self.marks.pop().ok_or_else(too_few)?;
        Ok(self.stack.drain(mark..).collect())
    }
}

fn too_few() -> InteropError {
    damaged("its pickle takes more values than it has made")
}

/// Keys and values in turn.
fn pairs<'a>(values: &[Value<'a>]) -> Result<Vec<[Value<'a>; 2]>, InteropError> {
    match values.as_chunks() {
        (pairs, []) => Ok(pairs.to_vec()),
        _ => Err(damaged("its pickle has a key without a value")),
    }
}
