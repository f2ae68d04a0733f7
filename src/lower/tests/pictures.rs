//! The ways back of layers of pictures and clips, as those of all others.

use super::{Case, case, layer, random};
use crate::lower::Value;

#[test]
fn layers_of_pictures_go_back_as_they_went_forward() {
    use crate::catalog::ArgValue::{Integer, Number, Word};
    let vector = || vec![Value::Real(random("x", &[4, 6]))];
    let picture = || vec![Value::Real(random("x", &[2, 3, 6, 5]))];
    let series = || vec![Value::Real(random("x", &[2, 7, 3]))];
    let clip = || vec![Value::Real(random("x", &[2, 5, 3, 4, 5]))];
    let cases = [
        case(layer("adaptive_avg_pool", &[("size", Integer(4)), ("width", Integer(2))]), picture()),
        case(layer("adaptive_avg_pool", &[("size", Integer(3))]), series()),
        case(layer("adaptive_avg_pool", &[("size", Integer(2)), ("frames", Integer(3))]), clip()),
        case(layer("adaptive_max_pool", &[("size", Integer(4)), ("width", Integer(2))]), picture()),
        case(layer("adaptive_max_pool", &[("size", Integer(3))]), series()),
        case(layer("adaptive_max_pool", &[("size", Integer(2)), ("frames", Integer(3))]), clip()),
        case(layer("avg_pool", &[("kernel", Integer(3)), ("stride", Integer(2)), ("padding", Integer(1))]), picture()),
        case(layer("avg_pool", &[("kernel", Integer(3)), ("stride", Integer(1)), ("padding", Integer(1))]), series()),
        case(layer("avg_pool", &[("kernel", Integer(3)), ("padding", Word("same".into()))]), clip()),
        case(layer("avg_pool", &[("kernel", Integer(2)), ("frames", Integer(1))]), clip()),
        case(layer("class_token", &[]), series()),
        case(layer("conv3d", &[("channels", Integer(4)), ("padding", Word("same".into()))]), clip()),
        case(layer("conv3d", &[("channels", Integer(2)), ("stride", Integer(2)), ("time_stride", Integer(2))]), clip()),
        case(layer("conv3d", &[("channels", Integer(2)), ("frames", Integer(1)), ("kernel", Integer(1))]), clip()),
        case(layer("conv1d", &[("channels", Integer(4)), ("padding", Integer(2)), ("stride", Integer(2))]), series()),
        case(layer("conv2d", &[("channels", Integer(4)), ("padding", Integer(2)), ("stride", Integer(2))]), picture()),
        case(layer("conv3d", &[("channels", Integer(2)), ("padding", Integer(1)), ("frames", Integer(2))]), clip()),
        case(
            layer("conv_transpose2d", &[("channels", Integer(2)), ("kernel", Integer(4)), ("padding", Integer(1))]),
            picture(),
        ),
        case(layer("conv1d", &[("channels", Integer(6)), ("groups", Integer(3)), ("dilation", Integer(2))]), series()),
        case(
            layer("conv1d", &[("channels", Integer(3)), ("groups", Integer(3)), ("padding", Word("causal".into()))]),
            series(),
        ),
        case(
            layer("conv3d", &[("channels", Integer(6)), ("groups", Integer(3)), ("time_dilation", Integer(2))]),
            clip(),
        ),
        case(
            layer("conv3d", &[("channels", Integer(2)), ("dilation", Integer(2)), ("padding", Word("same".into()))]),
            clip(),
        ),
        case(layer("conv_transpose1d", &[("channels", Integer(2)), ("kernel", Integer(3))]), series()),
        case(
            layer(
                "conv_transpose1d",
                &[("channels", Integer(6)), ("groups", Integer(3)), ("dilation", Integer(2)), ("padding", Integer(1))],
            ),
            series(),
        ),
        case(
            layer("conv_transpose2d", &[("channels", Integer(6)), ("groups", Integer(3)), ("dilation", Integer(2))]),
            picture(),
        ),
        case(layer("conv_transpose3d", &[("channels", Integer(2)), ("frames", Integer(3))]), clip()),
        case(
            layer(
                "conv_transpose3d",
                &[
                    ("channels", Integer(6)),
                    ("groups", Integer(3)),
                    ("dilation", Integer(2)),
                    ("padding", Integer(1)),
                    ("frames", Integer(3)),
                ],
            ),
            clip(),
        ),
        case(layer("coordinates", &[]), picture()),
        case(layer("drop_path", &[("rate", Number(0.5))]), vector()),
        case(layer("feature_scale", &[]), picture()),
        case(layer("group_norm", &[("groups", Integer(3))]), vector()),
        case(layer("group_norm", &[("groups", Integer(3))]), clip()),
        case(layer("group_norm", &[("groups", Integer(1))]), series()),
        case(layer("batch_norm", &[]), series()),
        case(layer("batch_norm", &[]), clip()),
        case(layer("instance_norm", &[]), series()),
        case(layer("instance_norm", &[]), clip()),
        case(layer("group_norm", &[("groups", Integer(1))]), picture()),
        case(layer("instance_norm", &[]), picture()),
        case(layer("layer_norm", &[]), picture()),
        case(
            layer("max_pool", &[("kernel", Integer(3)), ("stride", Integer(2)), ("padding", Word("same".into()))]),
            picture(),
        ),
        case(layer("max_pool", &[("kernel", Integer(4)), ("stride", Integer(2)), ("padding", Integer(1))]), picture()),
        case(layer("max_pool", &[("kernel", Integer(3)), ("stride", Integer(2)), ("padding", Integer(1))]), series()),
        case(layer("max_pool", &[("kernel", Integer(2)), ("frames", Integer(3)), ("time_stride", Integer(1))]), clip()),
        case(
            layer("max_pool", &[("kernel", Integer(3)), ("stride", Integer(2)), ("padding", Word("same".into()))]),
            clip(),
        ),
        case(layer("picture_to_sequence", &[]), picture()),
        case(layer("pixel_shuffle", &[]), vec![Value::Real(random("x", &[2, 8, 3, 2]))]),
        case(layer("spatial_softmax", &[]), picture()),
        case(layer("squeeze_excitation", &[("channels", Integer(2))]), picture()),
        case(layer("upsample", &[("factor", Integer(3))]), picture()),
        case(layer("upsample", &[("factor", Integer(3))]), series()),
        case(layer("upsample", &[("factor", Integer(3)), ("method", Word("linear".into()))]), series()),
        case(layer("upsample", &[("method", Word("bilinear".into()))]), picture()),
    ];
    cases.iter().for_each(Case::check);
}
