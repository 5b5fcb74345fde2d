/// Every piece starts at a multiple of this: WebGPU's default alignment of buffer offsets.
const ALIGNMENT: usize = 256;

/// Size of an ordinary chunk.
const CHUNK_BYTES: usize = 64 << 10;

/// Small data of one recording, written to the device in one go before it is submitted: parameters,
/// token ids, ranks and values of edits. Chunks are kept from one recording to the next.
#[derive(Default)]
pub(crate) struct Arena {
    chunks: Vec<Chunk>,
    /// The chunk that is being filled.
    current: usize,
}

struct Chunk {
    buffer: wgpu::Buffer,
    bytes: Vec<u8>,
}

/// Where a piece of the arena lies.
#[derive(Clone)]
pub(crate) struct Piece {
    pub(crate) buffer: wgpu::Buffer,
    pub(crate) offset: u32,
    /// Padded length, in bytes.
    pub(crate) bytes: u64,
}

impl Arena {
    /// Takes a copy of `bytes` along.
    pub(crate) fn push(&mut self, device: &wgpu::Device, bytes: &[u8]) -> Piece {
        let padded = bytes.len().max(1).next_multiple_of(ALIGNMENT);
        while let Some(chunk) = self.chunks.get(self.current)
            && chunk.bytes.len() + padded > chunk.buffer.size() as usize
        {
            self.current += 1;
        }
        if self.current == self.chunks.len() {
            let size = padded.max(CHUNK_BYTES);
            self.chunks.push(Chunk {
                buffer: device.create_buffer(&wgpu::BufferDescriptor {
                    label: Some("arena"),
                    size: size as u64,
                    usage: wgpu::BufferUsages::UNIFORM
                        | wgpu::BufferUsages::STORAGE
                        | wgpu::BufferUsages::COPY_DST,
                    mapped_at_creation: false,
                }),
                bytes: Vec::with_capacity(size),
            });
        }
        let chunk = &mut self.chunks[self.current];
        let offset = chunk.bytes.len();
        chunk.bytes.extend_from_slice(bytes);
        chunk.bytes.resize(offset + padded, 0);
        Piece {
            buffer: chunk.buffer.clone(),
            offset: offset as u32,
            bytes: padded as u64,
        }
    }

    /// Writes everything, to be there before the next submission, and starts anew. Chunks that one
    /// large piece needed are not kept.
    pub(crate) fn flush(&mut self, queue: &wgpu::Queue) {
        for chunk in &mut self.chunks {
            if !chunk.bytes.is_empty() {
                queue.write_buffer(&chunk.buffer, 0, &chunk.bytes);
                chunk.bytes.clear();
            }
        }
        self.chunks
            .retain(|chunk| chunk.buffer.size() as usize == CHUNK_BYTES);
        self.current = 0;
    }
}
