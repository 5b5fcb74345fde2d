// Shared by the matrix products: one workgroup computes a 32 × 32 tile, each of its 8 × 8
// invocations four rows by four columns. The kernel that follows says where the numbers are:
//
//   fn left(batch: u32, row: u32, inner: u32) -> vec4f      four neighbours along the inner axis
//   fn right(batch: u32, inner: u32, column: u32) -> vec4f  four neighbours along the columns
//
// Both return zeros outside their matrix, so that any size is exact.

const TILE: u32 = 32;
// A row of the left tile is eight vectors; the ninth makes rows start in different memory banks.
const LEFT_STRIDE: u32 = 9;

var<workgroup> left_tile: array<vec4f, 288>;
var<workgroup> right_tile: array<vec4f, 256>;

// Rows `first_row + local.y + 8·i` (i = 0…3), columns `first_column + 4·local.x …+3`.
fn product_tile(
    batch: u32,
    first_row: u32,
    first_column: u32,
    inner_length: u32,
    local: vec2u,
) -> array<vec4f, 4> {
    var sum_0 = vec4f();
    var sum_1 = vec4f();
    var sum_2 = vec4f();
    var sum_3 = vec4f();
    let invocation = local.y * 8 + local.x;
    for (var inner = 0u; inner < inner_length; inner += TILE) {
        for (var slot = invocation; slot < 256; slot += 64) {
            let line = slot / 8;
            let four = slot % 8;
            left_tile[line * LEFT_STRIDE + four] = left(batch, first_row + line, inner + four * 4);
            right_tile[slot] = right(batch, inner + line, first_column + four * 4);
        }
        workgroupBarrier();
        for (var four = 0u; four < 8; four++) {
            let right_0 = right_tile[four * 32 + local.x];
            let right_1 = right_tile[four * 32 + 8 + local.x];
            let right_2 = right_tile[four * 32 + 16 + local.x];
            let right_3 = right_tile[four * 32 + 24 + local.x];
            let left_0 = left_tile[local.y * LEFT_STRIDE + four];
            let left_1 = left_tile[(local.y + 8) * LEFT_STRIDE + four];
            let left_2 = left_tile[(local.y + 16) * LEFT_STRIDE + four];
            let left_3 = left_tile[(local.y + 24) * LEFT_STRIDE + four];
            sum_0 += left_0.x * right_0 + left_0.y * right_1 + left_0.z * right_2 + left_0.w * right_3;
            sum_1 += left_1.x * right_0 + left_1.y * right_1 + left_1.z * right_2 + left_1.w * right_3;
            sum_2 += left_2.x * right_0 + left_2.y * right_1 + left_2.z * right_2 + left_2.w * right_3;
            sum_3 += left_3.x * right_0 + left_3.y * right_1 + left_3.z * right_2 + left_3.w * right_3;
        }
        workgroupBarrier();
    }
    return array<vec4f, 4>(sum_0, sum_1, sum_2, sum_3);
}
