use std::collections::HashMap;

use glasshouse_shaders::{ENTRY_POINT, Shader};

/// Bytes of the uniform binding: no kernel has more parameters.
pub(crate) const PARAMS_BYTES: u64 = 256;

/// Pipelines by kernel, made when first used.
#[derive(Default)]
pub(crate) struct Pipelines {
    by_name: HashMap<&'static str, wgpu::ComputePipeline>,
    /// By how many buffers a kernel reads.
    layouts: HashMap<usize, wgpu::BindGroupLayout>,
}

impl Pipelines {
    /// The layout of bindings that all kernels with as many inputs share.
    pub(crate) fn layout(
        &mut self,
        device: &wgpu::Device,
        shader: &Shader,
    ) -> &wgpu::BindGroupLayout {
        let reads = shader.reads.len();
        self.layouts.entry(reads).or_insert_with(|| {
            let entry = |binding, ty, has_dynamic_offset| wgpu::BindGroupLayoutEntry {
                binding,
                visibility: wgpu::ShaderStages::COMPUTE,
                ty: wgpu::BindingType::Buffer {
                    ty,
                    has_dynamic_offset,
                    min_binding_size: None,
                },
                count: None,
            };
            let storage = |read_only| wgpu::BufferBindingType::Storage { read_only };
            let mut entries = vec![entry(0, wgpu::BufferBindingType::Uniform, true)];
            entries.extend((1..=reads).map(|i| entry(i as u32, storage(true), false)));
            entries.push(entry(reads as u32 + 1, storage(false), false));
            device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
                label: None,
                entries: &entries,
            })
        })
    }

    /// The pipeline of `shader`.
    pub(crate) fn pipeline(
        &mut self,
        device: &wgpu::Device,
        shader: &Shader,
    ) -> &wgpu::ComputePipeline {
        if !self.by_name.contains_key(shader.name) {
            let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: Some(shader.name),
                bind_group_layouts: &[Some(self.layout(device, shader))],
                immediate_size: 0,
            });
            let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some(shader.name),
                source: wgpu::ShaderSource::Wgsl(shader.source.into()),
            });
            let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(shader.name),
                layout: Some(&layout),
                module: &module,
                entry_point: Some(ENTRY_POINT),
                // Every kernel writes its workgroup memory before it reads it.
                compilation_options: wgpu::PipelineCompilationOptions {
                    zero_initialize_workgroup_memory: false,
                    ..Default::default()
                },
                cache: None,
            });
            self.by_name.insert(shader.name, pipeline);
        }
        &self.by_name[shader.name]
    }
}
