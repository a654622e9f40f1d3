// One invocation for each element, in workgroups of 256. A row of workgroups has at most 65,535 of them, so large
// arrays take several rows.

fn element(group: vec3<u32>, groups: vec3<u32>, lane: u32) -> u32 {
    return (group.y * groups.x + group.x) * 256u + lane;
}
