// Shared by the kernels that give a row to each workgroup of 64 invocations.

var<workgroup> of_each: array<f32, 64>;
var<workgroup> of_eight: array<f32, 8>;

// Rows are spread over two grid axes, because one axis holds at most 65,535 workgroups.
fn row_of(workgroup: vec3u) -> u32 {
    return workgroup.x + workgroup.y * 65535;
}

// The sum of `value` over the workgroup, the same bits in every invocation.
fn sum_of_all(invocation: u32, value: f32) -> f32 {
    of_each[invocation] = value;
    workgroupBarrier();
    if invocation < 8 {
        var sum = 0.0;
        for (var i = invocation; i < 64; i += 8) {
            sum += of_each[i];
        }
        of_eight[invocation] = sum;
    }
    workgroupBarrier();
    var total = 0.0;
    for (var i = 0u; i < 8; i++) {
        total += of_eight[i];
    }
    return total;
}

// The largest `value` in the workgroup.
fn max_of_all(invocation: u32, value: f32) -> f32 {
    of_each[invocation] = value;
    workgroupBarrier();
    if invocation < 8 {
        var largest = of_each[invocation];
        for (var i = invocation + 8; i < 64; i += 8) {
            largest = max(largest, of_each[i]);
        }
        of_eight[invocation] = largest;
    }
    workgroupBarrier();
    var largest = of_eight[0];
    for (var i = 1u; i < 8; i++) {
        largest = max(largest, of_eight[i]);
    }
    return largest;
}
